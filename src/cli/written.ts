/** Who reads our output slowly may take so long to have all of it. */
const DRAIN_MILLIS = 5_000;

/** Resolves when all that was written is gone from here: Node writes to a pipe later, and to end the process drops what waits. */
export const written = async (streams: readonly NodeJS.WritableStream[]): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, DRAIN_MILLIS);
  });
  const all = streams.map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve())));
  await Promise.race([Promise.all(all), late]);
  clearTimeout(timer);
};
