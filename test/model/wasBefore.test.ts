import { expect, it } from '@jest/globals';
import { wasBefore } from '../../src/model/wasBefore.js';

const ASKED_AT = 1_000_000;

it.each([
  [true, 'happened before the question', ASKED_AT - 1],
  [false, 'happened with the question', ASKED_AT],
  [false, 'happened while it was answered', ASKED_AT + 59_000],
  [true, 'is an hour ahead: the clock was set back since', ASKED_AT + 3_600_000],
])('is %s of what %s', (expected, _what, happenedAt) => {
  expect(wasBefore(happenedAt, ASKED_AT)).toBe(expected);
});
