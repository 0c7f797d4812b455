import { describe, expect, it } from '@jest/globals';
import { GrowthWindow } from '../../../src/alerts/evaluator/GrowthWindow.js';

describe('GrowthWindow', () => {
  it('has what was seen within the window, and not what was seen at its begin', () => {
    const window = new GrowthWindow(60_000);
    window.add(0, 1);
    window.add(30_000, 2);
    expect([30_000, 59_999, 60_000, 90_000].map((now) => window.growth(now))).toEqual([3, 3, 2, 0]);
  });

  it('keeps nothing of the time after a clock that was set back', () => {
    const window = new GrowthWindow(60_000);
    window.add(3_600_000, 100);
    window.add(0, 1);
    expect(window.growth(0)).toBe(1);
    expect(window.growth(3_600_000)).toBe(0);
  });
});
