import { delimiter } from 'node:path';

/** Has the programs of a folder found before all others, as whoever is not root has it: for root the system's come first. */
export const findFirst = (folder: string): Disposable => {
  const { PATH } = process.env;
  const { getuid } = process;
  process.env.PATH = [folder, PATH].join(delimiter);
  process.getuid = () => 1_000;
  return {
    [Symbol.dispose]: () => {
      process.env.PATH = PATH;
      Object.assign(process, { getuid });
    },
  };
};
