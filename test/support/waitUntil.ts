/**
 * Waits for a condition, with a deadline.
 *
 * @param description what is waited for, in the error's words; a function is asked when the time is over
 * @param condition asked every 20 ms; its first truthy answer is the result
 */
export const waitUntil = async <Value>(
  description: string | (() => string),
  condition: () => Value | undefined | false | Promise<Value | undefined | false>,
  timeoutMillis = 30_000,
): Promise<Value> => {
  const deadline = Date.now() + timeoutMillis;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) {
      const what = typeof description === 'string' ? description : description();
      throw new Error(`waited ${timeoutMillis} ms in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
