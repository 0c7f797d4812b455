import { expect, it } from '@jest/globals';
import { prometheusDuration } from '../../../src/alerts/render/prometheusDuration.js';

it.each([
  [0, '0s'],
  [250, '250ms'],
  [30_000, '30s'],
  [90_500, '1m30s500ms'],
  [3_600_000, '1h'],
  [90_000_000, '1d1h'],
])('%d ms are %s', (millis, text) => {
  expect(prometheusDuration(millis)).toBe(text);
});
