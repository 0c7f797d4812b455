import { describe, expect, it } from '@jest/globals';
import { webhookMessage } from '../../../src/alerts/delivery/webhookMessage.js';
import { alertOf, NOON, resolved, serverDown } from './alertOf.js';

const URLS = { externalUrl: 'https://frp.example/alerts', runbookUrl: 'https://docs.example/alerts' };

describe('webhookMessage', () => {
  it("has an alert in the form of Alertmanager's webhook", () => {
    const labels = {
      frp_role: 'server',
      frp_instance: 'frps@edge',
      frp_server_name: 'edge',
      frp_proxy_name: 'web',
      frp_proxy_type: 'http',
      alertname: 'FrpProxyDown',
      severity: 'high',
      frp_alert_subject: 'proxy',
    };
    const annotations = {
      summary: 'proxy web is down on frps@edge',
      description: 'Nobody can connect to web (http).',
      runbook: 'Is its client logged in?\nDoes the service listen?',
      runbook_url: 'https://docs.example/alerts#frpproxydown',
    };
    expect(webhookMessage([alertOf()], URLS)).toEqual({
      version: '4',
      groupKey: '{}:{}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'frp-otel',
      groupLabels: {},
      commonLabels: labels,
      commonAnnotations: annotations,
      externalURL: 'https://frp.example/alerts',
      alerts: [
        {
          status: 'firing',
          labels,
          annotations,
          startsAt: '2026-11-21T12:00:00.000Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'https://frp.example/alerts',
          fingerprint: '00000000000000a1',
        },
      ],
    });
  });

  it('is resolved where nothing of it fires, and has what all of its alerts have alike', () => {
    const ends = [resolved(alertOf(), NOON + 1_000), resolved(serverDown(), NOON + 2_000)];
    expect(webhookMessage(ends, {})).toMatchObject({
      status: 'resolved',
      externalURL: '',
      commonLabels: { frp_role: 'server', frp_instance: 'frps@edge', frp_server_name: 'edge' },
      commonAnnotations: { runbook: 'Is its client logged in?\nDoes the service listen?' },
      alerts: [
        { status: 'resolved', endsAt: '2026-11-21T12:00:01.000Z', generatorURL: '' },
        { status: 'resolved', endsAt: '2026-11-21T12:00:02.000Z' },
      ],
    });
    expect(webhookMessage([...ends, alertOf({ id: 'a2' })], {})).toMatchObject({ status: 'firing' });
  });
});
