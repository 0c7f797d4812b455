const MINUTE_LENGTH = 'YYYY-MM-DD hh:mm'.length;

/** The last minute that was read, and its milliseconds since the Unix epoch: most lines share it with the one before. */
let lastMinute = '\0';
let lastEpoch = Number.NaN;

/**
 * Milliseconds since the Unix epoch of `YYYY-MM-DD hh:mm:ss.mmm` as this process's zone has it, whatever the separators; NaN
 * where a digit is missing or there is no such day or hour. Zones change at full minutes, so within one the seconds just add up.
 *
 * @param hasMillis without them the text ends after the seconds
 */
export const localTime = (text: string, hasMillis: boolean): number => {
  if (!text.startsWith(lastMinute)) {
    lastEpoch = minuteEpoch(text);
    // A copy: a slice would keep the whole text that it is cut from.
    lastMinute = Array.from(text.slice(0, MINUTE_LENGTH)).join('');
  }
  return lastEpoch + digits(text, 17, 2) * 1_000 + (hasMillis ? digits(text, 20, 3) : 0);
};

const minuteEpoch = (text: string): number => {
  const [month, day] = [digits(text, 5, 2), digits(text, 8, 2)];
  const [hour, minute] = [digits(text, 11, 2), digits(text, 14, 2)];
  // Date would carry them over into another month, day or hour.
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59) return Number.NaN;
  return new Date(digits(text, 0, 4), month - 1, day, hour, minute).getTime();
};

/** The number in so many characters; NaN where one is no digit. */
const digits = (text: string, from: number, count: number): number => {
  let value = 0;
  for (let index = from; index < from + count; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
};
