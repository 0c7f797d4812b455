import * as z from 'zod';

const MAX_LENGTH = 200;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\p{Surrogate}]+/gu;

/** `Code` and `Msg` since 0.67, `code` and `msg` of v2; before, plain text. */
const errorBody = z.union([
  z.object({ Msg: z.string() }).transform(({ Msg }) => Msg),
  z.object({ msg: z.string() }).transform(({ msg }) => msg),
]);

/**
 * What frp says in the body of a refusal: one line, of at most 200 characters.
 *
 * @returns undefined for a page of HTML, other JSON and nothing
 */
export const readErrorText = (body: string): string | undefined => {
  const text = messageOf(body.trim()).replace(UNPRINTABLE, ' ').trim();
  if (text === '' || text.startsWith('<')) return undefined;
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
};

const messageOf = (body: string): string => {
  if (!body.startsWith('{') && !body.startsWith('[')) return body;
  try {
    return errorBody.safeParse(JSON.parse(body)).data ?? '';
  } catch {
    return ''; // cut off, or no JSON after all
  }
};

/** Go's router has no such path: that is said without a line in frp's log. */
export const isNoSuchPath = (status: number, body: string): boolean =>
  status === 404 && body.trim() === '404 page not found';
