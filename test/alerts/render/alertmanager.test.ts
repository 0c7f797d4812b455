import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { inhibitions } from '../../../src/alerts/inhibitions.js';
import { renderAlertmanager } from '../../../src/alerts/render/alertmanager.js';

interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

const { inhibit_rules } = parse(renderAlertmanager().text) as { readonly inhibit_rules: readonly InhibitRule[] };

it('has a rule for each inhibition', () => {
  expect(inhibit_rules).toHaveLength(inhibitions.length);
});

it('silences the clients and proxies of a server that is down', () => {
  expect(inhibit_rules[0]).toEqual({
    source_matchers: ['alertname="FrpServerDown"'],
    target_matchers: ['frp_alert_subject=~"client|proxy"'],
    equal: ['frp_server_name'],
  });
});

it('silences only what the client tells where a client is gone', () => {
  const ofClient = inhibit_rules.find(({ source_matchers }) => source_matchers.includes('alertname="FrpClientDown"'));
  expect(ofClient?.target_matchers).toEqual(['frp_alert_subject=~"client|proxy"', 'frp_role="client"']);
});

it('says why, beside each', () => {
  for (const { why } of inhibitions) expect(renderAlertmanager().text).toContain(`  # ${why}\n`);
});
