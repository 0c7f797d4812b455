import type { AlertRecord } from '../../../src/alerts/AlertRecord.js';

/** Noon of the day that the tests play on. */
export const NOON = Date.UTC(2026, 10, 21, 12);

/** A proxy's alert that fires since noon, but for what is given. */
export const alertOf = (given: Partial<AlertRecord> = {}): AlertRecord => ({
  id: '00000000000000a1',
  name: 'FrpProxyDown',
  severity: 'high',
  subject: 'proxy',
  state: 'firing',
  summary: 'proxy web is down on frps@edge',
  description: 'Nobody can connect to web (http).',
  runbook: ['Is its client logged in?', 'Does the service listen?'],
  attributes: {
    'frp.role': 'server',
    'frp.instance': 'frps@edge',
    'frp.server.name': 'edge',
    'frp.proxy.name': 'web',
    'frp.proxy.type': 'http',
  },
  metric: 'frp.proxy.status',
  value: 1,
  threshold: 1,
  createdAt: NOON - 120_000,
  firedAt: NOON,
  resolvedAt: undefined,
  ...given,
});

/** The same alert, over. */
export const resolved = (alert: AlertRecord, resolvedAt: number): AlertRecord => ({
  ...alert,
  state: 'resolved',
  resolvedAt,
});

/** The alert of a server that is down. */
export const serverDown = (given: Partial<AlertRecord> = {}): AlertRecord =>
  alertOf({
    id: '00000000000000b1',
    name: 'FrpServerDown',
    severity: 'critical',
    subject: 'server',
    summary: 'frps@edge is down',
    attributes: { 'frp.role': 'server', 'frp.instance': 'frps@edge', 'frp.server.name': 'edge' },
    metric: 'frp.process.up',
    ...given,
  });
