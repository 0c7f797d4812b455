import { describe } from '@jest/globals';

/**
 * Tests that need a program of ours that was built before: skipped without it on a person's machine, failing in CI.
 *
 * @param found the program, or why there is none
 */
export const describeWithBuilt = (found: object, name: string, tests: () => void): void => {
  if (!(found instanceof Error)) {
    describe(name, tests);
  } else if (process.env.CI === 'true') {
    throw found;
  } else {
    process.stderr.write(`skipped: ${name}: ${found.message}\n`);
    describe.skip(name, tests);
  }
};
