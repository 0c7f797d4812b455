import type { Attributes } from '@opentelemetry/api';
import type { InstanceSnapshot, ProxySnapshot } from '../../model/FrpSnapshot.js';

/** Attribute names of ours, as they stand on metrics, spans and log records. */
export const ATTR_FRP = {
  role: 'frp.role',
  instance: 'frp.instance',
  serverName: 'frp.server.name',
  version: 'frp.version',
  proxyName: 'frp.proxy.name',
  proxyType: 'frp.proxy.type',
  proxyState: 'frp.proxy.state',
  proxyGroup: 'frp.proxy.group',
  errorPhase: 'frp.error.phase',
  errorMessage: 'frp.error.message',
  disconnectReason: 'frp.disconnect.reason',
  direction: 'frp.traffic.direction',
  hop: 'frp.hop',
  connectionBytesIn: 'frp.connection.io.in',
  connectionBytesOut: 'frp.connection.io.out',
  source: 'frp.source',
  logKnown: 'frp.log.known',
  droppedKind: 'frp.telemetry.kind',
  droppedReason: 'frp.telemetry.reason',
  runId: 'frp.run_id',
  processExit: 'frp.process.exit',
  resourceName: 'frp.resource.name',
  resourceValue: 'frp.resource.value',
  resourceThreshold: 'frp.resource.threshold',
  healthCheck: 'frp.health.check',
  user: 'frp.user',
  clientId: 'frp.client.id',
  alertName: 'frp.alert.name',
  alertSeverity: 'frp.alert.severity',
  alertSubject: 'frp.alert.subject',
  alertId: 'frp.alert.id',
  alertSummary: 'frp.alert.summary',
  alertMetric: 'frp.alert.metric',
  alertValue: 'frp.alert.value',
  alertThreshold: 'frp.alert.threshold',
  alertDuration: 'frp.alert.duration',
} as const;

/** Names of what every series carries. */
export const INSTANCE_ATTRIBUTES = [ATTR_FRP.role, ATTR_FRP.instance, ATTR_FRP.serverName] as const;

/** Names of what every series of a proxy carries beyond that. */
export const PROXY_ATTRIBUTES = [ATTR_FRP.proxyName, ATTR_FRP.proxyType] as const;

/** Names of what every series of a proxy carries where the user asks for it. */
export const OPT_IN_PROXY_ATTRIBUTES = [ATTR_FRP.user, ATTR_FRP.clientId] as const;

/** What every series of an instance carries. */
export const instanceAttributes = ({ role, name, serverName }: InstanceSnapshot): Attributes => ({
  [ATTR_FRP.role]: role,
  [ATTR_FRP.instance]: name,
  [ATTR_FRP.serverName]: serverName,
});

/** What every series of a proxy carries. */
export const proxyAttributes = (instance: InstanceSnapshot, { name, type }: ProxySnapshot): Attributes => ({
  ...instanceAttributes(instance),
  [ATTR_FRP.proxyName]: name,
  [ATTR_FRP.proxyType]: type,
});
