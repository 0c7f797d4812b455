import type { FrpRole } from '../frp/FrpRole.js';
import type { SourceKind } from './FrpSignal.js';

/**
 * How several sources make one fact.
 *
 * - `first`: the first in the order that tells it, is believed, and the others not asked.
 * - `first word`: the first in the order has the first word; where it has said nothing, another is believed, at once where
 *   the first is not read, else when it has said so twice.
 * - `sum`: each adds what those before it cannot have counted yet.
 */
type Fusion = 'first' | 'first word' | 'sum';

interface FactRow {
  readonly fact: string;
  readonly role: FrpRole | 'both';
  readonly order: readonly SourceKind[];
  readonly fusion: Fusion;
  readonly note: string;
}

/**
 * Which source wins for which fact; docs/sources.md is made of it. Where one place of the code makes the choice, it asks here; a row
 * of `first word` tells what the states of clients and proxies do, line by line and answer by answer.
 */
export const FACT_SOURCES = [
  {
    fact: 'process is up',
    role: 'both',
    order: ['process', 'api'],
    fusion: 'first word',
    note: 'a process that is gone or stopped is down; one that is there is down while its API, which has answered before, does not',
  },
  {
    fact: 'clients connected now',
    role: 'server',
    order: ['api', 'log'],
    fusion: 'first',
    note: 'the log only where it tells all since the start of frps',
  },
  {
    fact: 'proxies online now',
    role: 'server',
    order: ['api', 'log'],
    fusion: 'first',
    note: 'the log only where it tells all since the start of frps',
  },
  {
    fact: 'state of a client or proxy',
    role: 'server',
    order: ['log', 'api'],
    fusion: 'first word',
    note: 'the log tells a removed proxy from a lost one; an answer asked before its last word changes nothing',
  },
  {
    fact: 'session and state of a proxy',
    role: 'client',
    order: ['log', 'api'],
    fusion: 'first word',
    note: 'an answer asked before the last word of the log changes nothing',
  },
  {
    fact: 'type of a proxy',
    role: 'client',
    order: ['config', 'api'],
    fusion: 'first',
    note: 'the log has no types',
  },
  {
    fact: 'bytes of a proxy',
    role: 'server',
    order: ['api', 'sockets'],
    fusion: 'sum',
    note: "frps's count of closed connections (udp: of all packets), and the kernel's of tcp, https and tcpmux connections found open after that answer; without an API all is the kernel's",
  },
  {
    fact: 'bytes of a proxy',
    role: 'client',
    order: ['sockets'],
    fusion: 'first',
    note: 'frpc counts nothing; several proxies on one local address are not told apart, and have none',
  },
  {
    fact: 'segments and round trips',
    role: 'both',
    order: ['sockets'],
    fusion: 'first',
    note: 'server: tcp, https and tcpmux; client: what goes to a local TCP service',
  },
  {
    fact: 'connections open now',
    role: 'both',
    order: ['api', 'sockets'],
    fusion: 'first',
    note: 'frpc has no such count in its API',
  },
  {
    fact: 'user connections',
    role: 'server',
    order: ['log', 'sockets'],
    fusion: 'first',
    note: 'each counted once, by the source that leads when it comes; failed ones by the log alone',
  },
  {
    fact: 'connections to the service',
    role: 'client',
    order: ['log', 'sockets'],
    fusion: 'sum',
    note: 'the log tells those that failed, the kernel the others, where it tells all of them',
  },
  {
    fact: 'duration of a connection',
    role: 'server',
    order: ['log', 'sockets'],
    fusion: 'sum',
    note: "from the log's line to the end that the kernel tells; not told where either is missing",
  },
  {
    fact: 'whose a connection is',
    role: 'server',
    order: ['log', 'api'],
    fusion: 'first',
    note: "by the visitor's address in the log; without its line by the port, where one proxy alone has it",
  },
  {
    fact: 'whose a connection is',
    role: 'client',
    order: ['config'],
    fusion: 'first',
    note: 'by the local address, where one proxy alone has it',
  },
  {
    fact: 'what failed',
    role: 'both',
    order: ['log', 'api'],
    fusion: 'first word',
    note: 'the API of frpc tells a failed start and a failed health check, that of frps nothing',
  },
] as const satisfies readonly FactRow[];

type Row = (typeof FACT_SOURCES)[number];
type Fact = Row['fact'];
type Told<Name extends Fact, Value> = { readonly [Source in Extract<Row, { fact: Name }>['order'][number]]?: Value };

/** The value of the first source in the fact's order that tells one. */
export const firstTold = <Name extends Fact, Value>(
  fact: Name,
  told: Told<Name, Value | undefined>,
): Value | undefined => {
  for (const source of orderOf(fact)) {
    const value = (told as Partial<Record<SourceKind, Value>>)[source];
    if (value !== undefined) return value;
  }
  return undefined;
};

/** Whether a source is the first in the fact's order of those that tell of it now. */
export const leads = <Name extends Fact>(
  fact: Name,
  source: keyof Told<Name, boolean>,
  tells: Told<Name, boolean>,
): boolean => orderOf(fact).find((each) => (tells as Partial<Record<SourceKind, boolean>>)[each]) === source;

const orderOf = (fact: Fact): readonly SourceKind[] => FACT_SOURCES.find((row) => row.fact === fact)?.order ?? [];
