import { describe, expect, it } from '@jest/globals';
import { isDecidedByPoint } from '../../src/alerts/AlertRule.js';
import { ruleCatalogue } from '../../src/alerts/catalogue/ruleCatalogue.js';
import { collectorMetrics } from '../../src/telemetry/catalogue/collectorMetrics.js';

describe('frp.alert.breach', () => {
  it('lists the attributes by which the rules that the Collector evaluates tell their alerts apart, and no other', () => {
    const [breach] = collectorMetrics;
    const by = ruleCatalogue.filter(isDecidedByPoint).flatMap((rule) => rule.by);
    expect(breach?.name).toBe('frp.alert.breach');
    expect([...(breach?.attributes ?? [])].sort()).toEqual(
      [...new Set([...by, 'frp.alert.name', 'frp.alert.severity', 'frp.alert.subject'])].sort(),
    );
  });
});
