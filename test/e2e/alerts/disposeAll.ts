/** One after the other, in this order. */
export const disposeAll = async (parts: readonly AsyncDisposable[]): Promise<void> => {
  for (const part of parts) await part[Symbol.asyncDispose]();
};
