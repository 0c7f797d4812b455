import { describe, expect, it } from '@jest/globals';
import { SaidOnce } from '../../../src/alerts/delivery/SaidOnce.js';

describe('SaidOnce', () => {
  it('says each fault once, and again after all was well', () => {
    const said: string[] = [];
    const faults = new SaidOnce((message) => said.push(message));
    for (const fault of ['down', 'down', 'late', 'down']) faults.fault(fault);
    expect(said).toEqual(['down', 'late']);
    faults.well();
    faults.fault('down');
    expect(said).toEqual(['down', 'late', 'down']);
  });
});
