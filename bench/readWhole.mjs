/**
 * @param {string} name of the option, without dashes
 * @param {string} text
 * @param {number} from the least that is allowed
 */
export const readWhole = (name, text, from) => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= from) return value;
  throw new Error(`--${name}: expected a whole number from ${from} up, received ${text}`);
};
