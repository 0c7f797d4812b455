/**
 * The name that was most likely meant; undefined when none is near.
 *
 * @param most how many letters may be others
 */
export const nearest = (
  word: string,
  names: readonly string[],
  most = Math.max(1, Math.floor(word.length / 2)),
): string | undefined => {
  const near = names
    .map((name) => ({ name, distance: name.startsWith(word) ? 1 : distance(word, name) }))
    .filter((each) => each.distance <= most);
  return near.sort((a, b) => a.distance - b.distance)[0]?.name;
};

/** What stands behind a message about a word that is none. */
export const didYouMean = (word: string, names: readonly string[], most?: number): string => {
  const meant = nearest(word, names, most);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
};

/** Letters to put in, take out or change to make one word of the other (Levenshtein). */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const [corner = 0, above = 0] = row.slice(column - 1, column + 1);
      const left = next[column - 1] ?? 0;
      next.push(Math.min(above + 1, left + 1, corner + (letter === to[column - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length] ?? 0;
};
