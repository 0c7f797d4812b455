import { prometheusLabel } from '../../../alerts/prometheusDialect.js';
import { ATTR_FRP } from '../../../telemetry/catalogue/attributes.js';
import { chosen } from '../../chosen.js';

const SUBJECT = prometheusLabel(ATTR_FRP.alertSubject);

/** Rules of the user have any name: what they all have is a subject. */
const SEEN = `${SUBJECT}!="", frp_server_name=~${chosen('server')}, severity=~${chosen('severity')}, alertname=~${chosen('alert')}`;

/** The alerts that are chosen, in a state; the value is 1. */
export const alertsIn = (state: 'firing' | 'pending', where = ''): string =>
  `ALERTS{alertstate="${state}", ${SEEN}${where === '' ? '' : `, ${where}`}}`;

/** Since when the condition of each holds, in seconds since 1970. */
export const heldSince = `ALERTS_FOR_STATE{${SEEN}}`;

/** The same of those that are in a state. */
export const heldSinceIn = (state: 'firing' | 'pending'): string =>
  `(${heldSince} and ignoring (alertstate) ${alertsIn(state)})`;

export const NONE_FIRED = 'None fired in the time shown, or Prometheus has no rules of frp loaded.';
