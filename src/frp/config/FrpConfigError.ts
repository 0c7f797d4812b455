/** A config that cannot be read as one; its message never quotes the file's text, which may hold secrets. */
export class FrpConfigError extends Error {
  override readonly name = 'FrpConfigError';
}

/** Line and column of an offset, counted from 1. */
export const placeOf = (text: string, offset: number): string => {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
    line += 1;
    start = end + 1;
  }
  return `line ${line}, column ${offset - start + 1}`;
};
