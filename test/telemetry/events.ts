import { type FrpLogLevel, parseLogLine } from '../../src/frp/log/parseLogLine.js';
import type { FrpEvent, FrpEventSubject } from '../../src/model/FrpEvent.js';
import type { LogLineRead } from '../../src/model/FrpSignal.js';
import type { TelledAlert } from '../../src/telemetry/TelledAlert.js';
import { at } from './snapshots.js';

export const frpc: FrpEventSubject = { role: 'client', instance: 'frpc@host', serverName: 'host:7000', pid: 4711 };
export const frps: FrpEventSubject = { role: 'server', instance: 'frps@host', serverName: 'host:7000', pid: 4712 };

/** What every record and span about frpc carries. */
export const ofFrpc = {
  'frp.role': 'client',
  'frp.instance': 'frpc@host',
  'frp.server.name': 'host:7000',
  'process.pid': 4711,
};
export const ofFrps = { ...ofFrpc, 'frp.role': 'server', 'frp.instance': 'frps@host', 'process.pid': 4712 };

export const connected = (seconds: { from?: number; to: number }, subject = frpc): FrpEvent => ({
  ...subject,
  kind: 'client.connected',
  time: at(seconds.to),
  startTime: seconds.from === undefined ? undefined : at(seconds.from),
  runId: '8a39e05ac3a8a99c',
  server: { address: 'frp.example.com', port: 7000 },
});

export const loginFailed = (seconds: { from?: number; to: number }): FrpEvent => ({
  ...frpc,
  kind: 'client.login.failed',
  time: at(seconds.to),
  startTime: seconds.from === undefined ? undefined : at(seconds.from),
  server: { address: 'frp.example.com', port: 7000 },
  error: { type: 'token_mismatch', message: "token in login doesn't match token from configuration" },
});

export const disconnected = (second: number): FrpEvent => ({
  ...frpc,
  kind: 'client.disconnected',
  time: at(second),
  reason: 'unknown',
  startTime: undefined,
});

export const proxyConnected = (seconds: { from?: number; to: number }, proxy = 'web', subject = frpc): FrpEvent => ({
  ...subject,
  kind: 'proxy.connected',
  time: at(seconds.to),
  startTime: seconds.from === undefined ? undefined : at(seconds.from),
  proxy,
  proxyType: 'tcp',
});

export const proxyFailed = (seconds: { from?: number; to: number }, phase: 'start' | 'connection'): FrpEvent => ({
  ...frpc,
  kind: 'proxy.error',
  time: at(seconds.to),
  startTime: seconds.from === undefined ? undefined : at(seconds.from),
  proxy: 'web',
  proxyType: 'tcp',
  phase,
  error: { type: 'port_already_used', message: 'port already used' },
});

/** A user connection to frps that has ended. */
export const connectionEnded = (seconds: { from: number; to: number }, address = '203.0.113.7:51234'): FrpEvent => ({
  ...frps,
  kind: 'proxy.connection.ended',
  time: at(seconds.to),
  startTime: at(seconds.from),
  proxy: 'web',
  proxyType: 'tcp',
  address,
  io: { in: 500, out: 7_000 },
});

/** A line of frp's output as a source reads it; one in frp's format carries its own time. */
export const lineRead = (text: string, observedTime: number): LogLineRead => {
  const line = parseLogLine(text);
  const time = line?.time ?? observedTime;
  return { kind: 'log.line', target: 1, time, observedTime, text, line, meaning: undefined, stream: 'stdout' };
};

/** A line in frp's format of a time that does not depend on this machine's zone. */
export const lineAt = (time: number, level: FrpLogLevel, message: string, runId?: string): LogLineRead => ({
  kind: 'log.line',
  target: 1,
  time,
  observedTime: time + 7,
  text: `(as written) [${level}] ${message}`,
  line: { time, level, caller: 'client/service.go:331', runId, message, format: 'golib' },
  meaning: undefined,
  stream: 'stdout',
});

/** frps is down since second 1, which is an alert from second 4 on. */
export const firing: TelledAlert = {
  kind: 'alert.firing',
  time: at(4),
  id: '5f2c0a91d0e4b37a',
  name: 'FrpServerDown',
  severity: 'critical',
  subject: 'server',
  summary: 'frps@host is down',
  attributes: { 'frp.role': 'server', 'frp.instance': 'frps@host', 'frp.server.name': 'host:7000' },
  metric: 'frp.process.up',
  value: 0,
  threshold: 0,
  firedAt: at(4),
  resolvedAt: undefined,
};
