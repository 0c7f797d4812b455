/** East Asian Wide and Fullwidth (UAX #11), in blocks, and what is shown as an emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]|\ufe0f/u;
const ASCII = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter();

const charactersOf = (text: string): Iterable<string> =>
  ASCII.test(text) ? text : Array.from(graphemes.segment(text), ({ segment }) => segment);

const widthOf = (character: string): number => (WIDE.test(character) ? 2 : 1);

/** Columns that a text without control characters takes in a terminal. */
export const displayWidth = (text: string): number => {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of charactersOf(text)) width += widthOf(character);
  return width;
};

/** The text, or where it is wider than so many columns its beginning and `…`. */
export const cutToWidth = (text: string, width: number): string => {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let left = width - 1;
  for (const character of charactersOf(text)) {
    left -= widthOf(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept}…`;
};

/** The text in exactly so many columns: cut, or filled up with spaces. */
export const fitToWidth = (text: string, width: number, align: 'left' | 'right'): string => {
  const cut = cutToWidth(text, width);
  const filling = ' '.repeat(Math.max(0, width - displayWidth(cut)));
  return align === 'left' ? cut + filling : filling + cut;
};
