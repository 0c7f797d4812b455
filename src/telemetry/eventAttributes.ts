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

/** The log has it, the API has not. */
const PORT = /(?<=\]|^[^:]*):\d{1,5}$/;
const BRACKETS = /^\[|\]$/g;

/** The attributes that an event has on its span and log record. */
export const attributesOf = (event: FrpEvent): Attributes => {
  const attributes = subjectAttributes(event);
  if ('proxy' in event) {
    attributes[ATTR_FRP.proxyName] = event.proxy;
    attributes[ATTR_FRP.proxyType] = event.proxyType;
  }
  if ('error' in event && event.error !== undefined) {
    attributes[ATTR_ERROR_TYPE] = event.error.type;
    attributes['error.message'] = event.error.message;
  }
  if ('reason' in event) attributes[ATTR_FRP.disconnectReason] = event.reason;
  if ('runId' in event && event.runId !== undefined) attributes[ATTR_FRP.runId] = event.runId;
  if ('address' in event && event.address !== undefined) {
    attributes[ATTR_CLIENT_ADDRESS] = event.address.replace(PORT, '').replace(BRACKETS, '');
  }
  if ('server' in event && event.server !== undefined) {
    attributes[ATTR_SERVER_ADDRESS] = event.server.address;
    attributes[ATTR_SERVER_PORT] = event.server.port;
  }
  if ('phase' in event) attributes[ATTR_FRP.errorPhase] = event.phase;
  if ('exit' in event) attributes['frp.process.exit'] = event.exit;
  return attributes;
};
