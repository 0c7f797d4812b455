import { describe, expect, it } from '@jest/globals';
import type { AlertRecord } from '../../../src/alerts/AlertRecord.js';
import { inhibitedAlerts } from '../../../src/alerts/delivery/inhibitedAlerts.js';
import { alertOf, serverDown } from './alertOf.js';

const idsOf = (alerts: Iterable<AlertRecord>): string[] => Array.from(alerts, ({ id }) => id);
const client = (id: string, name: string, instance: string, given: Partial<AlertRecord> = {}): AlertRecord =>
  alertOf({
    id,
    name,
    subject: 'client',
    attributes: { 'frp.role': 'client', 'frp.instance': instance, 'frp.server.name': 'edge' },
    ...given,
  });

describe('inhibitedAlerts', () => {
  it('silences the proxies and clients of a server that is down, on both roles', () => {
    const onServer = alertOf({ id: 'on-server' });
    const onClient = client('on-client', 'FrpProxyDown', 'frpc@shop', { subject: 'proxy' });
    const gone = client('gone', 'FrpClientDisconnected', 'frpc@shop');
    expect(idsOf(inhibitedAlerts([serverDown(), onServer, onClient, gone]))).toEqual([
      'on-server',
      'on-client',
      'gone',
    ]);
  });

  it('leaves alone what belongs to another server, and what is about a server', () => {
    const elsewhere = alertOf({ attributes: { 'frp.role': 'server', 'frp.server.name': 'other' } });
    const busy = serverDown({ id: 'busy', name: 'FrpServerCpuHigh' });
    expect(inhibitedAlerts([serverDown(), elsewhere, busy])).toEqual(new Set());
  });

  it('silences nothing where the server is up', () => {
    expect(inhibitedAlerts([alertOf()])).toEqual(new Set());
  });

  it('lets a client that is gone silence what its own instance tells, and nothing that the server tells', () => {
    const down = client('down', 'FrpClientDown', 'frpc@shop');
    const own = client('own', 'FrpProxyDown', 'frpc@shop', { subject: 'proxy' });
    const other = client('other', 'FrpProxyDown', 'frpc@bar', { subject: 'proxy' });
    const ofServer = alertOf({ id: 'of-server', attributes: { 'frp.role': 'server', 'frp.instance': 'frpc@shop' } });
    expect(idsOf(inhibitedAlerts([down, own, other, ofServer]))).toEqual(['own']);
  });

  it('does not let an alert that is both source and target silence itself, or another such one', () => {
    const one = client('one', 'FrpClientDown', 'frpc@shop');
    const two = client('two', 'FrpClientDown', 'frpc@shop');
    expect(inhibitedAlerts([one, two])).toEqual(new Set());
  });

  it('takes an attribute that both have not for equal', () => {
    const down = serverDown({ attributes: { 'frp.role': 'server' } });
    const proxy = alertOf({ id: 'nameless', attributes: { 'frp.proxy.name': 'web' } });
    expect(idsOf(inhibitedAlerts([down, proxy]))).toEqual(['nameless']);
  });

  it('lets what is silenced itself silence all the same', () => {
    const down = serverDown();
    const absent = serverDown({ id: 'absent', name: 'FrpReporterAbsent', subject: 'telemetry' });
    const proxy = client('proxy', 'FrpProxyDown', 'frpc@shop', { subject: 'proxy' });
    expect(idsOf(inhibitedAlerts([absent, proxy]))).toEqual([]);
    expect(idsOf(inhibitedAlerts([absent, down, proxy]))).toEqual(['proxy', down.id]);
  });
});
