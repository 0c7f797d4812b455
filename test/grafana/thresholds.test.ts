import { describe, expect, it } from '@jest/globals';
import type { EffectiveRule } from '../../src/alerts/AlertRule.js';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { thresholds } from '../../src/grafana/thresholds.js';

const stepsOf = (of: Parameters<typeof thresholds>[0], rules: readonly EffectiveRule[] = DEFAULT_RULES) =>
  thresholds(of, rules).build();

const ruleWith = (changed: Partial<Extract<EffectiveRule, { of: 'value' }>>): EffectiveRule => {
  const rule = DEFAULT_RULES.find(({ name }) => name === 'FrpProxyLatencyHigh');
  if (rule?.of !== 'value') throw new Error('expected a rule of a value');
  return { ...rule, name: 'Changed', ...changed };
};

describe('the colours of values', () => {
  it('are absolute, and green from the lowest value on where nothing is bad', () => {
    expect(stepsOf({})).toEqual({ mode: 'absolute', steps: [{ value: null, color: 'green' }] });
  });

  it('are those of steps', () => {
    expect(
      stepsOf({
        steps: [
          { from: 1, color: 'yellow' },
          { from: 5, color: 'red' },
        ],
      }).steps,
    ).toEqual([
      { value: null, color: 'green' },
      { value: 1, color: 'yellow' },
      { value: 5, color: 'red' },
    ]);
  });

  it.each([
    ['>', 2, [null, 'green', 2, 'orange']],
    ['>=', 2, [null, 'green', 2, 'orange']],
    ['<', 2, [null, 'orange', 2, 'green']],
    ['<=', 2, [null, 'orange', 2, 'green']],
    ['==', 0, [null, 'orange', 1, 'green']],
    ['==', 1, [null, 'green', 1, 'orange']],
    ['!=', 1, [null, 'orange', 1, 'green']],
    ['!=', 0, [null, 'green', 1, 'orange']],
  ] as const)('are bad where a rule says %s %s', (comparison, threshold, [low, below, high, above]) => {
    expect(stepsOf({ rule: 'Changed' }, [ruleWith({ comparison, threshold })]).steps).toEqual([
      { value: low, color: below },
      { value: high, color: above },
    ]);
  });

  it("are by the severity of the rule, at the user's threshold", () => {
    const rules = [ruleWith({ severity: 'critical', threshold: 0.25 })];
    expect(stepsOf({ rule: 'Changed' }, rules).steps[1]).toEqual({ value: 0.25, color: 'red' });
  });

  it('are green where the user has turned the rule off', () => {
    expect(stepsOf({ rule: 'FrpProxyLatencyHigh' }, []).steps).toEqual([{ value: null, color: 'green' }]);
  });

  it('are not those of a rule that is of some proxies only', () => {
    const ofSome = ruleWith({ threshold: 7, proxies: { matching: 'web*', except: [] } });
    const ofOthers = ruleWith({ threshold: 3, proxies: { matching: undefined, except: ['web*'] } });
    expect(stepsOf({ rule: 'Changed' }, [ofSome, ofOthers]).steps[1]?.value).toBe(3);
  });
});
