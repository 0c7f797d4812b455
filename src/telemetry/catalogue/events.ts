import { SeverityNumber } from '@opentelemetry/api-logs';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_ERROR_TYPE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@opentelemetry/semantic-conventions';
import type { FrpEventKind } from '../../model/FrpEvent.js';
import type { AlertEventKind } from './alertEvents.js';
import { ATTR_FRP, PROXY_ATTRIBUTES } from './attributes.js';

/** One event; its name on a log record is `frp.` and its kind. */
export interface EventRow {
  readonly description: string;
  /** Of its record where no line of frp tells it; else the record has the line's. */
  readonly severity: SeverityNumber;
  /** Attributes beyond those that every log record has. */
  readonly attributes: readonly string[];
  /** A span says it: it makes no log record. */
  readonly isSpanOnly?: true;
}

const { INFO, WARN, ERROR } = SeverityNumber;
const ERROR_ATTRIBUTES = [ATTR_ERROR_TYPE, ATTR_FRP.errorMessage] as const;
const LOGIN_ATTRIBUTES = [ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT] as const;

/** Every event, once. */
export const eventTable: Readonly<Record<FrpEventKind, EventRow>> = {
  'server.started': { severity: INFO, description: 'frps has started.', attributes: [] },
  'server.stopped': { severity: WARN, description: 'frps has ended.', attributes: [ATTR_FRP.processExit] },
  'server.error': {
    severity: ERROR,
    description: 'frps failed at something that is not of one client or proxy.',
    attributes: [...ERROR_ATTRIBUTES],
  },
  'server.login.rejected': {
    severity: WARN,
    description: 'frps refused the login of a client.',
    attributes: [...ERROR_ATTRIBUTES, ATTR_CLIENT_ADDRESS],
  },
  'server.client.connected': {
    severity: INFO,
    description: 'A client has logged in to frps.',
    attributes: [ATTR_FRP.runId, ATTR_CLIENT_ADDRESS],
  },
  'server.client.disconnected': {
    severity: INFO,
    description: 'The session of a client on frps has ended.',
    attributes: [ATTR_FRP.runId, ATTR_CLIENT_ADDRESS, ATTR_FRP.disconnectReason],
  },
  'server.resource.warning': {
    severity: WARN,
    description: 'frps uses a resource beyond its threshold; told again only after it was below.',
    attributes: [ATTR_FRP.resourceName, ATTR_FRP.resourceValue, ATTR_FRP.resourceThreshold],
  },
  'client.connected': {
    severity: INFO,
    description: 'frpc has logged in to its server.',
    attributes: [ATTR_FRP.runId, ...LOGIN_ATTRIBUTES],
  },
  'client.disconnected': {
    severity: WARN,
    description: 'frpc has lost its session, or has ended.',
    attributes: [ATTR_FRP.disconnectReason],
  },
  'client.login.failed': {
    severity: ERROR,
    description: 'frpc could not log in.',
    attributes: [...ERROR_ATTRIBUTES, ...LOGIN_ATTRIBUTES],
  },
  'client.config.reloaded': {
    severity: INFO,
    description:
      'frpc has read its config file again; with error.type it was refused, and the config before it goes on.',
    attributes: [...ERROR_ATTRIBUTES],
  },
  'proxy.created': { severity: INFO, description: 'A proxy is new to its role.', attributes: PROXY_ATTRIBUTES },
  'proxy.connected': {
    severity: INFO,
    description: 'A proxy was started: users can connect to it.',
    attributes: PROXY_ATTRIBUTES,
  },
  'proxy.disconnected': {
    severity: WARN,
    description: 'A proxy is lost: its session or its process ended.',
    attributes: PROXY_ATTRIBUTES,
  },
  'proxy.error': {
    severity: WARN,
    description: 'Something of a proxy failed: its start, a connection, a health check.',
    attributes: [...PROXY_ATTRIBUTES, ...ERROR_ATTRIBUTES, ATTR_FRP.errorPhase],
  },
  'proxy.connection.ended': {
    severity: INFO,
    description: 'A connection of a user to frps has ended.',
    attributes: [...PROXY_ATTRIBUTES, ATTR_FRP.runId, ATTR_CLIENT_ADDRESS],
    isSpanOnly: true,
  },
  'proxy.closed': {
    severity: INFO,
    description: 'A proxy was removed on purpose.',
    attributes: PROXY_ATTRIBUTES,
  },
  'health.check.failed': {
    severity: WARN,
    description: 'A check of a proxy failed that had succeeded before, or never ran before.',
    attributes: [...PROXY_ATTRIBUTES, ...ERROR_ATTRIBUTES, ATTR_FRP.healthCheck],
  },
};

/** The name of an event on its log record. */
export const eventName = <Kind extends FrpEventKind | AlertEventKind>(kind: Kind): `frp.${Kind}` => `frp.${kind}`;
