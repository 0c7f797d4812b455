import { SpanKind } from '@opentelemetry/api';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_CLIENT_PORT,
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_TYPE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@opentelemetry/semantic-conventions';
import { ATTR_FRP, PROXY_ATTRIBUTES } from './attributes.js';

/** One span: its name, kind, what it lasts from and to. */
export interface SpanRow {
  readonly name: string;
  readonly kind: SpanKind;
  readonly description: string;
  /** Attributes beyond those that every span has. */
  readonly attributes: readonly string[];
  /** Attributes that it has only where the user asks for them. */
  readonly optInAttributes?: readonly string[];
}

/** Names of what is on the event `exception` of a span that failed. */
export const EXCEPTION_ATTRIBUTES = [ATTR_EXCEPTION_TYPE, ATTR_EXCEPTION_MESSAGE] as const;

/** Every span, once. */
export const spanTable: readonly SpanRow[] = [
  {
    name: 'frp.process.spawn',
    kind: SpanKind.INTERNAL,
    description: "The program's call that spawned frps or frpc, in the caller's context; not the life of the process.",
    attributes: ['process.executable.name'],
  },
  {
    name: 'frp.client.login',
    kind: SpanKind.CLIENT,
    description: "A login of frpc, from its attempt to connect to the server's answer or the error.",
    attributes: [ATTR_FRP.runId, ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT, ATTR_ERROR_TYPE],
  },
  {
    name: 'frp.proxy.start',
    kind: SpanKind.INTERNAL,
    description:
      'The start of a proxy, from when frpc adds it to when frps has started or refused it; child of the login.',
    attributes: [...PROXY_ATTRIBUTES, ATTR_ERROR_TYPE, ATTR_FRP.errorPhase],
  },
  {
    name: 'frp.connection',
    kind: SpanKind.SERVER,
    description:
      "A connection of a user, from frps's log line of it to its end, linked to the login; at most 50 a second.",
    attributes: [
      ...PROXY_ATTRIBUTES,
      ATTR_FRP.runId,
      ATTR_FRP.connectionBytesIn,
      ATTR_FRP.connectionBytesOut,
      ATTR_ERROR_TYPE,
    ],
    optInAttributes: [ATTR_CLIENT_ADDRESS, ATTR_CLIENT_PORT],
  },
];
