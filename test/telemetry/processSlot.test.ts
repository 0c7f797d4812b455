import { describe, expect, it } from '@jest/globals';
import { findSlot } from '../../src/telemetry/processSlot.js';
import { SCOPE } from '../../src/telemetry/scope.js';

const KEY = Symbol.for('opentelemetry-instrumentation-frp');

describe('the slot of the process', () => {
  it('is made by the copy that comes first, and found by the next', () => {
    const globals = {};
    const first = findSlot(globals);
    expect(first).toMatchObject({ found: 'first', version: SCOPE.version });
    const second = findSlot(globals);
    expect(second.found).toBe('shared');
    expect(second.slot).toBe(first.slot);
  });

  it('is that of an older copy with the same contract, with its version', () => {
    const slot = { contract: 2, version: '0.0.9', sources: [], readers: new Set(), observation: {} };
    expect(findSlot({ [KEY]: slot })).toEqual({ slot, found: 'shared', version: '0.0.9' });
  });

  it.each([
    ['with another contract', { contract: 1, version: '9.0.0' }, '9.0.0'],
    ['that is something else', 'ours', 'unknown'],
  ])('is left to a copy %s, and nothing of it is used', (_, there, version) => {
    const globals = { [KEY]: there };
    const { slot, ...how } = findSlot(globals);
    expect(how).toEqual({ found: 'foreign', version });
    expect(slot).toMatchObject({ contract: 2, readers: new Set(), sources: [], observation: undefined });
    expect(globals[KEY]).toBe(there);
  });
});
