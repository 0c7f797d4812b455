import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';

/** Holds a text to test/cli/golden/NAME.txt, and writes that file first where there is none. */
export const expectGolden = (name: string, text: string): void => {
  const file = fileURLToPath(new URL(`./golden/${name}.txt`, import.meta.url));
  if (!existsSync(file) && process.env.CI !== 'true') writeFileSync(file, `${text}\n`);
  expect(`${text}\n`).toBe(readFileSync(file, 'utf8'));
};
