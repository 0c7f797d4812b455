// A process of its own: reads a log file the way this package does, to its end. `state` stops at the model's snapshot; `otlp` also
// sends each line as a log record. Its one message has the CPU time of its whole life and what it counted.
import { open } from 'node:fs/promises';
import { FrpModel } from '../../dist/model/FrpModel.js';
import { OwnRequests } from '../../dist/sources/api/OwnRequests.js';
import { LineSplitter } from '../../dist/sources/log/LineSplitter.js';
import { readLog } from '../../dist/sources/log/readLog.js';

/** @typedef {import('../../dist/model/FrpEvent.js').FrpEvent} FrpEvent */
/** @typedef {import('../../dist/model/FrpEvent.js').FrpEventSubject} FrpEventSubject */
/** @typedef {import('../../dist/model/FrpSignal.js').LogLineRead} LogLineRead */
/** @typedef {import('../../dist/model/FrpSnapshot.js').InstanceSnapshot} InstanceSnapshot */
/** @typedef {{ line: (signal: LogLineRead, subject: FrpEventSubject, events: readonly FrpEvent[]) => void, flush: () => Promise<void>, end: () => Promise<void> }} Exporter */
/** @typedef {ReturnType<typeof countsOf>} OursCounts */
/** @typedef {{ cpuSeconds: number, rss: number[], peakRss: number, emitted: number, counts: OursCounts }} OursResult */

/**
 * `otlp`: some 450 lines, which is one request. A BatchLogRecordProcessor sends 512 at once, and drops without a word what is
 * beyond 2,048.
 */
const CHUNK_BYTES = { state: 262_144, otlp: 57_344 };
const TARGET = 1;

const [file = '', wanted] = process.argv.slice(2);
const way = wanted === 'otlp' ? 'otlp' : 'state';
const exporter = way === 'otlp' ? await otlpExporter() : undefined;
process.send?.(await read(file, exporter));
process.disconnect?.();

/**
 * @param {string} file
 * @param {Exporter | undefined} exporter
 * @returns {Promise<OursResult>}
 */
async function read(file, exporter) {
  const model = new FrpModel({ retentionMillis: 3_600_000, maxProxies: 10_000 });
  const ownRequests = new OwnRequests();
  const place = { target: TARGET, time: Date.now() };
  model.apply({
    ...place,
    kind: 'process.started',
    role: 'server',
    pid: process.pid,
    hostName: 'bench',
    configPath: undefined,
    config: undefined,
    seenFromStart: true,
  });
  let emitted = 0;
  const lines = new LineSplitter({
    maxLength: 16_384,
    onCut: () => {},
    onLine: (text) => {
      const signal = readLog(text, { role: 'server', target: TARGET, ownRequests, now: Date.now() });
      if (signal === undefined) return;
      const events = model.apply(signal);
      if (exporter === undefined) return;
      const subject = model.identityOf(TARGET);
      if (subject === undefined) return;
      exporter.line(signal, subject, events);
      emitted += Math.max(1, events.length);
    },
  });

  /** @type {number[]} */
  const rss = [];
  const handle = await open(file);
  const { size } = await handle.stat();
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES[way]);
  let position = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    lines.write(buffer.subarray(0, bytesRead));
    await exporter?.flush();
    while (rss.length < 4 && position >= (size * (rss.length + 1)) / 4) rss.push(process.memoryUsage.rss());
  }
  lines.end();
  await exporter?.end();
  const [instance] = model.snapshot().instances;
  await handle.close();
  if (instance === undefined) throw new Error('the model knows no instance');
  const { user, system } = process.cpuUsage();
  const peakRss = process.resourceUsage().maxRSS * 1024;
  return { cpuSeconds: (user + system) / 1e6, rss, peakRss, emitted, counts: countsOf(instance) };
}

/**
 * The package's own provider and emitter. A flush per chunk is the backpressure: the processor's queue has none.
 *
 * @returns {Promise<Exporter>}
 */
async function otlpExporter() {
  const { LogEmitter } = await import('../../dist/telemetry/LogEmitter.js');
  const { ownLoggerProvider } = await import('../../dist/telemetry/providers/ownLoggerProvider.js');
  const { ownResource } = await import('../../dist/telemetry/providers/resource.js');
  const { SCOPE } = await import('../../dist/telemetry/scope.js');
  const provider = await ownLoggerProvider(ownResource(), process.env);
  const emitter = new LogEmitter(provider.getLogger(SCOPE.name, SCOPE.version));
  return {
    line: (signal, subject, events) => emitter.line(signal, subject, events),
    flush: () => provider.forceFlush(),
    end: () => provider.shutdown(),
  };
}

/** @param {InstanceSnapshot} instance */
function countsOf({ server, proxies, logLines }) {
  /** @param {readonly { errorType: string | undefined, count: number }[]} entries */
  const succeeded = (entries) => sum(entries.filter(({ errorType }) => errorType === undefined));
  /** @param {readonly { errorType: string | undefined, count: number }[]} entries */
  const failed = (entries) => sum(entries.filter(({ errorType }) => errorType !== undefined));
  /** @param {readonly { count: number }[]} entries */
  const sum = (entries) => entries.reduce((total, { count }) => total + count, 0);
  return {
    lines: (logLines?.known ?? 0) + (logLines?.unknown ?? 0),
    userConnections: succeeded(proxies.flatMap(({ connections }) => connections)),
    logins: succeeded(server?.logins ?? []),
    refusedLogins: failed(server?.logins ?? []),
    proxyStarts: succeeded(server?.proxyStarts ?? []),
    refusedProxyStarts: failed(server?.proxyStarts ?? []),
    dashboardRequests: server?.dashboardRequests ?? 0,
    proxies: proxies.length,
    onlineProxies: proxies.filter(({ state }) => state === 'online').length,
  };
}
