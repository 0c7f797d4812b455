import { didYouMean } from '../config/nearest.js';
import { UsageError } from './Command.js';

/** @param option what comes before: `--dialect: ` */
export const unknownWord = (option: string, words: readonly string[], found: string): string => {
  const expected = `${option}expected ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return found === '' ? expected : `${expected}, found ${JSON.stringify(found)}${didYouMean(found, words)}`;
};

/** @throws UsageError that names the likely one */
export const oneOf = <Word extends string>(option: string, words: readonly Word[], found = ''): Word => {
  const word = words.find((each) => each === found);
  if (word === undefined) throw new UsageError(unknownWord(`--${option}: `, words, found));
  return word;
};
