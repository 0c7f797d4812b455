import { describe, expect, it } from '@jest/globals';
import { annotationsOf, endOf, generatorUrl, hasTimes, labelsOf } from '../../../src/alerts/delivery/alertText.js';
import { alertOf, NOON } from './alertOf.js';

describe('alertText', () => {
  it('lets no attribute take the place of what tells an alert', () => {
    expect(labelsOf(alertOf({ attributes: { alertname: 'x', severity: 'y', 'frp.alert.subject': 'z' } }))).toEqual({
      alertname: 'FrpProxyDown',
      severity: 'high',
      frp_alert_subject: 'proxy',
    });
  });

  it('has no link to a runbook where there is none', () => {
    expect(Object.keys(annotationsOf(alertOf(), undefined))).toEqual(['summary', 'description', 'runbook']);
  });

  it('links to nothing but a URL of http or https', () => {
    const given = ['https://frp.example', 'http://[::1]:8080/a?b', 'opentelemetry-collector', 'ftp://frp.example', ''];
    expect(given.map(generatorUrl)).toEqual([
      'https://frp.example/',
      'http://[::1]:8080/a?b',
      undefined,
      undefined,
      undefined,
    ]);
    expect(generatorUrl(undefined)).toBeUndefined();
  });

  it('knows an alert whose times no date can have', () => {
    const given = [{}, { firedAt: 1e300 }, { firedAt: Number.NaN }, { resolvedAt: -1e300 }];
    expect(given.map((times) => hasTimes(alertOf(times)))).toEqual([true, false, false, false]);
  });

  it('ends no alert before its start', () => {
    expect(endOf(alertOf(), NOON - 1)).toBe(NOON);
    expect(endOf(alertOf(), NOON + 1)).toBe(NOON + 1);
  });
});
