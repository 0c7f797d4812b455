import { describe, expect, it } from '@jest/globals';
import { DeliveryFault, faultOf } from '../../../src/alerts/delivery/DeliveryFault.js';

describe('faultOf', () => {
  it('quotes a fault of a delivery, which holds no secret', () => {
    expect(faultOf(new DeliveryFault('connection refused'))).toBe('connection refused');
  });

  it('tells of any other its name alone', () => {
    expect(faultOf(new TypeError('no URL: http://user:secret@host'))).toBe('a fault of ours (TypeError)');
  });
});
