import { isAtLeast } from '../../../tools/scenarios/isAtLeast.mjs';
import type { ViewName } from './replay.js';

/** One thing that a view of frp does not know, or knows less well: the table that the whole matrix is held to. */
interface Gap {
  readonly role: 'server' | 'client';
  readonly view: ViewName;
  /** The facts (see factsOf) that it is about. */
  readonly facts: RegExp;
  readonly because: string;
  /** What it says instead; without it nothing may be said. */
  readonly says?: (fact: string) => string;
  readonly applies: (version: string) => boolean;
}

const always = (): boolean => true;
const before = (version: string) => (running: string) => !isAtLeast(running, version);

/** The first row that fits a fact decides. */
export const knowledge: readonly Gap[] = [
  {
    role: 'server',
    view: 'logs',
    facts: /^proxy .+ (in|out|open)$/,
    because: 'frps logs no bytes, and no end of a connection',
    applies: always,
  },
  {
    role: 'server',
    view: 'api',
    facts:
      /^(event server\.(started|error|login\.rejected|resource\.warning)|event proxy\.error|logins|proxy starts|errors|disconnects|requests)\b/,
    because: 'its API tells what is, not what was tried and failed',
    applies: always,
  },
  {
    role: 'server',
    view: 'api',
    facts: /^proxy .+ (connections|errors) \w+$/,
    because: 'its API counts open connections, not all of them, and no failures',
    applies: always,
  },
  {
    role: 'server',
    view: 'api',
    facts: /^(event server\.client\.|sessions)/,
    because: 'there is no /api/clients before 0.67',
    applies: before('0.67.0'),
  },
  {
    role: 'server',
    view: 'api',
    facts: /^(event server\.client\.disconnected|sessions ended:) (closed|replaced|heartbeat_timeout)$/,
    because: 'its API tells that a client is offline, not why',
    says: (fact) => fact.replace(/ \w+$/, ' unknown'),
    applies: always,
  },
  {
    role: 'server',
    view: 'api',
    facts: /^event proxy\.closed /,
    because: 'its API says offline of a removed proxy as of a lost one',
    says: (fact) => fact.replace('closed', 'disconnected'),
    applies: always,
  },
  {
    role: 'server',
    view: 'api',
    facts: /^proxy .+ removed$/,
    because: 'its API says offline of a removed proxy as of a lost one',
    applies: always,
  },
  {
    role: 'server',
    view: 'logs',
    facts: /^sessions of /,
    because: 'frps logs neither user nor client id',
    applies: always,
  },
  {
    role: 'client',
    view: 'api',
    facts: /^(event client\.(login\.failed|config\.reloaded)|logins|reloads|errors)\b/,
    because: 'its API tells of proxies and nothing else',
    applies: always,
  },
  {
    role: 'client',
    view: 'api',
    facts: /^event client\.disconnected heartbeat_timeout$/,
    because: 'its API shows that there is no session, not why',
    says: (fact) => fact.replace(/ \w+$/, ' unknown'),
    applies: always,
  },
  {
    role: 'client',
    view: 'api',
    facts:
      /^(proxy .+ connections \w+|(event proxy\.error|event health\.check\.failed|proxy) .+ (connection_(refused|reset)|file_not_found))$/,
    because: 'its API tells of no connection',
    applies: always,
  },
];
