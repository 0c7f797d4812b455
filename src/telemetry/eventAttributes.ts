import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_ERROR_TYPE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@opentelemetry/semantic-conventions';
import type { FrpEvent, FrpEventSubject } from '../model/FrpEvent.js';
import { ATTR_FRP } from './catalogue/attributes.js';

/** Who a log record or span is about. */
export const subjectAttributes = ({ role, instance, serverName, pid }: FrpEventSubject): Attributes => {
  const attributes: Attributes = {
    [ATTR_FRP.role]: role,
    [ATTR_FRP.instance]: instance,
    [ATTR_FRP.serverName]: serverName,
  };
  if (pid !== undefined) attributes['process.pid'] = pid; // the SDK would export an undefined one as an empty value
  return attributes;
};

/** Characters. No attribute of ours is longer; a line of frp's log is cut where it is read. */
const MAX_LENGTH = 4_096;

export const bounded = (text: string): string =>
  text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 1)}…`;

const BRACKETS = /^\[|\]$/g;

/** `203.0.113.7:51234`, `[2001:db8::1]:51234`: the log has the port, the API has not. */
export const addressAndPort = (text: string): { readonly address: string; readonly port: number | undefined } => {
  const colon = text.lastIndexOf(':');
  const digits = text.slice(colon + 1);
  // Those of an IPv6 address without brackets are no port.
  const hasPort = (text[colon - 1] === ']' || text.indexOf(':') === colon) && /^\d{1,5}$/.test(digits);
  const address = hasPort ? text.slice(0, colon) : text;
  return { address: bounded(address.replace(BRACKETS, '')), port: hasPort ? Number(digits) : undefined };
};

/** The attributes that an event has on its span. */
export const attributesOf = (event: FrpEvent): Attributes => {
  const attributes = subjectAttributes(event);
  if ('proxy' in event) {
    attributes[ATTR_FRP.proxyName] = bounded(event.proxy);
    attributes[ATTR_FRP.proxyType] = event.proxyType;
  }
  if ('error' in event && event.error !== undefined) attributes[ATTR_ERROR_TYPE] = event.error.type;
  if ('reason' in event) attributes[ATTR_FRP.disconnectReason] = event.reason;
  if ('runId' in event && event.runId !== undefined) attributes[ATTR_FRP.runId] = bounded(event.runId);
  if ('address' in event && event.address !== undefined) {
    attributes[ATTR_CLIENT_ADDRESS] = addressAndPort(event.address).address;
  }
  if ('server' in event && event.server !== undefined) {
    attributes[ATTR_SERVER_ADDRESS] = bounded(event.server.address);
    attributes[ATTR_SERVER_PORT] = event.server.port;
  }
  if ('phase' in event) attributes[ATTR_FRP.errorPhase] = event.phase;
  if ('exit' in event) attributes[ATTR_FRP.processExit] = event.exit;
  if ('check' in event) attributes[ATTR_FRP.healthCheck] = event.check;
  if ('resource' in event) {
    attributes[ATTR_FRP.resourceName] = event.resource;
    attributes[ATTR_FRP.resourceValue] = event.value;
    attributes[ATTR_FRP.resourceThreshold] = event.threshold;
  }
  return attributes;
};

/** The attributes that an event has on its log record; a span has the words as its status and its exception. */
export const recordAttributesOf = (event: FrpEvent): Attributes => {
  const attributes = attributesOf(event);
  if ('error' in event && event.error !== undefined) attributes[ATTR_FRP.errorMessage] = bounded(event.error.message);
  return attributes;
};
