import { describe, expect, it } from '@jest/globals';
import { isDecidedByPoint } from '../../src/alerts/AlertRule.js';
import { ruleCatalogue } from '../../src/alerts/catalogue/ruleCatalogue.js';
import { breachMetric } from '../../src/telemetry/catalogue/collectorMetrics.js';

describe('frp.alert.breach', () => {
  it('lists the attributes by which the rules that the Collector evaluates tell their alerts apart, and no other', () => {
    const by = ruleCatalogue.filter(isDecidedByPoint).flatMap((rule) => rule.by);
    expect([...breachMetric.attributes].sort()).toEqual(
      [...new Set([...by, 'frp.alert.name', 'frp.alert.severity', 'frp.alert.subject'])].sort(),
    );
  });
});
