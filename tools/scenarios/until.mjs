/**
 * Waits for a condition, with a deadline.
 *
 * @template Value
 * @param {string} description what is waited for, in the error's words
 * @param {() => Value | undefined | false | null | Promise<Value | undefined | false | null>} condition its first truthy answer is the result
 * @param {{ withinMillis?: number | undefined, everyMillis?: number }} [options]
 * @returns {Promise<Value>}
 */
export const until = async (description, condition, { withinMillis = 20_000, everyMillis = 20 } = {}) => {
  const deadline = Date.now() + withinMillis;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${withinMillis} ms in vain for ${description}`);
    await new Promise((resolve) => setTimeout(resolve, everyMillis));
  }
};
