import * as z from 'zod';
import { PROXY_TYPES } from '../frp/api/proxyTypes.js';
import type { FrpRecordedSignal } from './FrpRecordedSignal.js';

const MAX_NAME = 255;
const MAX_TEXT = 4_096;
const MAX_CONFIG = 4 * 1_024 * 1_024;
const MAX_ITEMS = 100_000;
/** What a Date can hold. */
const MAX_TIME = 8.64e15;

const string = (max: number, min = 0) =>
  z.custom<string>(
    (value) => typeof value === 'string' && value.length >= min && value.length <= max,
    `expected a string of ${min} to ${max} characters`,
  );
const name = string(MAX_NAME, 1);
const text = string(MAX_TEXT);
const amount = z.custom<number>(
  (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  'expected a finite number, 0 or more',
);
const count = z.custom<number>(
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  'expected a whole number, 0 or more',
);
const port = z.custom<number>(
  (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535,
  'expected a port, 0 to 65535',
);
const moment = z.custom<number>(
  (value) => typeof value === 'number' && Math.abs(value) <= MAX_TIME,
  'expected milliseconds since the Unix epoch',
);
const flag = z.boolean('expected true or false');
const oneOf = <const Values extends readonly [string, ...string[]]>(...values: Values) =>
  z.enum(values, `expected one of ${values.join(', ')}`);
const proxyType = oneOf(...PROXY_TYPES);
const list = <Item extends z.ZodType>(item: Item) =>
  z.array(item, 'expected an array').max(MAX_ITEMS, `expected at most ${MAX_ITEMS} items`);
const object = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown: ${issue.keys.join(', ').slice(0, MAX_NAME)}`
        : 'expected an object',
  });
/** A program may leave out what the model has as undefined. */
const unlessTold = <Value extends z.ZodType>(value: Value) => value.optional();
/** What frp itself mostly tells as empty. */
const textIfAny = text.default('');
const countIfAny = count.default(0);

/** What each kind has besides its kind, time and target. */
const fieldsByKind = () => {
  const traffic = object({ in: amount, out: amount });
  const trafficIfAny = traffic.default({ in: 0, out: 0 });
  const socket = object({
    id: name,
    hop: oneOf('visitor', 'service'),
    port,
    peer: name,
    in: amount,
    out: amount,
    segmentsIn: countIfAny,
    segmentsOut: countIfAny,
    roundTrip: unlessTold(amount),
  });
  const resources = object({
    cpuUser: amount,
    cpuSystem: unlessTold(amount),
    cpuCount: amount,
    memoryResident: amount,
    memoryVirtual: unlessTold(amount),
    threads: unlessTold(count),
    openFiles: unlessTold(count),
    maxOpenFiles: unlessTold(count),
    stopped: flag,
    diskIo: unlessTold(object({ read: amount, write: amount })),
    contextSwitches: unlessTold(object({ voluntary: count, involuntary: count })),
    pagingFaults: unlessTold(object({ minor: count, major: count })),
  });
  const serverProxy = object({
    name,
    type: proxyType,
    online: flag,
    curConns: countIfAny,
    today: trafficIfAny,
    yesterday: unlessTold(traffic),
    sinceStart: unlessTold(traffic),
    user: unlessTold(text),
    clientId: unlessTold(text),
    remotePort: unlessTold(port),
    group: unlessTold(text),
  });
  const serverClient = object({
    key: name,
    user: textIfAny,
    clientId: textIfAny,
    runId: textIfAny,
    version: textIfAny,
    hostname: textIfAny,
    address: textIfAny,
    online: flag,
    connectedAt: unlessTold(moment),
    disconnectedAt: unlessTold(moment),
  });
  const clientProxy = object({
    name,
    type: proxyType,
    phase: oneOf('new', 'wait_start', 'start_error', 'running', 'check_failed', 'closed'),
    error: textIfAny,
    localAddress: textIfAny,
    remoteAddress: textIfAny,
    plugin: textIfAny,
  });
  const serverInfo = object({
    version: textIfAny,
    clientCounts: count,
    curConns: countIfAny,
    proxyTypeCount: z.partialRecord(proxyType, count, 'expected counts by type').default({}),
    today: trafficIfAny,
  });
  const end = { exitCode: unlessTold(z.int('expected a whole number')), exitSignal: unlessTold(name) };
  const config = string(MAX_CONFIG);
  return {
    'process.started': {
      role: oneOf('server', 'client'),
      config: unlessTold(config),
      pid: unlessTold(count),
      hostName: unlessTold(name),
      seenFromStart: unlessTold(flag),
    },
    'config.read': { config },
    'process.sampled': { resources },
    'process.ending': end,
    'process.exited': end,
    'log.line': { text: string(65_536), stream: unlessTold(oneOf('stdout')) },
    'sockets.sampled': { sockets: list(socket), tellsEnds: flag, ports: unlessTold(list(count)) },
    'socket.closed': { socket },
    'probe.started': { proxy: name, address: name },
    'probe.ended': { proxy: name, duration: amount, errorType: unlessTold(name), message: unlessTold(text) },
    'server.api.answered': {
      info: serverInfo,
      proxies: list(serverProxy),
      isComplete: flag,
      clients: unlessTold(list(serverClient)),
      answeredAt: unlessTold(moment),
    },
    'client.api.answered': { proxies: list(clientProxy), isComplete: flag },
    'source.changed': {
      source: oneOf('config', 'log', 'api', 'process', 'sockets', 'probe'),
      state: oneOf('ok', 'degraded', 'off'),
      reason: unlessTold(text),
      givesSome: unlessTold(flag),
    },
    'items.dropped': {
      item: oneOf(
        'log_line',
        'log_text',
        'log_record',
        'proxy',
        'proxy_history',
        'client',
        'socket',
        'span',
        'alert',
        'alert_history',
        'notification',
      ),
      reason: name,
      count,
    },
  } as const satisfies Record<FrpRecordedSignal['kind'], z.ZodRawShape>;
};

type Kind = FrpRecordedSignal['kind'];

/** Of signals that a program records, by their kind. Made when the first one comes: most programs record none. */
export const recordedSchemas = (): ReadonlyMap<unknown, z.ZodType> => {
  schemas ??= new Map(
    (Object.entries(fieldsByKind()) as [Kind, z.ZodRawShape][]).map(([kind, fields]) => [
      kind,
      object({ kind: z.literal(kind), time: moment.optional(), target: name, ...fields }),
    ]),
  );
  return schemas;
};

let schemas: ReadonlyMap<unknown, z.ZodType> | undefined;
