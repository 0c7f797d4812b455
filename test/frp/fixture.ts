import { readFileSync } from 'node:fs';
import { stripColours } from '../../src/frp/log/parseLogLine.js';

const read = (name: string, version: string): string =>
  readFileSync(new URL(`../fixtures/frp-${version}/${name}`, import.meta.url), 'utf8');

/** The lines of a log that a real frp wrote, without colours; see test/fixtures. */
export const fixtureLines = (name: string, version = '0.71.0'): string[] =>
  stripColours(read(name, version))
    .split('\n')
    .filter((line) => line !== '');

/** A body that a real frps answered. */
export const fixtureBody = (name: string, version = '0.71.0'): unknown => JSON.parse(read(name, version));

/** The day of the recordings; frp wrote local time, so it is read in the zone in which the test runs. */
export const at = (clock: string): number => {
  const [hour = 0, minute = 0, second = 0, millis = 0] = clock.split(/[:.]/).map(Number);
  return new Date(2026, 10, 21, hour, minute, second, millis).getTime();
};
