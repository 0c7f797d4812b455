import { ALERT_SUBJECTS } from '../telemetry/catalogue/alertWords.js';
import { ATTR_FRP } from '../telemetry/catalogue/attributes.js';
import type { AlertSubject } from './AlertRule.js';

/** While an alert of the source's name fires, others of the same subject matter are not told. */
export interface Inhibition {
  /** The rule's name. */
  readonly source: string;
  readonly target: { readonly subjects: readonly AlertSubject[]; readonly role?: 'server' | 'client' };
  /** The attributes in which the two must be equal. */
  readonly equal: readonly string[];
  readonly why: string;
}

/** As Alertmanager has it, an alert that is source and target of the same row is not inhibited by one that is, too. */
export const inhibitions: readonly Inhibition[] = [
  {
    source: 'FrpServerDown',
    target: { subjects: ['client', 'proxy'] },
    equal: [ATTR_FRP.serverName],
    why: 'a server that is down takes its clients and proxies with it',
  },
  {
    source: 'FrpClientDown',
    target: { subjects: ['client', 'proxy'], role: 'client' },
    equal: [ATTR_FRP.instance, ATTR_FRP.serverName],
    why: 'a client that is gone has neither session nor proxies',
  },
  {
    source: 'FrpClientDisconnected',
    target: { subjects: ['proxy'], role: 'client' },
    equal: [ATTR_FRP.instance, ATTR_FRP.serverName],
    why: 'a client without a session has no proxies',
  },
  {
    source: 'FrpReporterAbsent',
    target: { subjects: ALERT_SUBJECTS },
    equal: [ATTR_FRP.instance, ATTR_FRP.serverName],
    why: 'what nobody reports any more is not known to be wrong',
  },
];
