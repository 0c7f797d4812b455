const ENDING = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Waits for the order to end. A second one ends the process at once, since by then nobody listens to it. */
export const untilSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const end = (signal: NodeJS.Signals): void => {
      for (const each of ENDING) process.off(each, end);
      clearInterval(staying);
      resolve(signal);
    };
    for (const each of ENDING) process.on(each, end);
    // Every timer of the observation lets the process end.
    const staying = setInterval(() => {}, 2 ** 31 - 1);
  });
