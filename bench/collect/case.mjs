// A process of its own, which must have gc: one way of having the series of one frps, for main.mjs to collect and to scrape.
import { Frps } from './frps.mjs';
import { LoopMeter } from './LoopMeter.mjs';
import { seriesOf, startObservables, startOurs, startPromClient } from './ways.mjs';

/** @typedef {import('./ways.mjs').Way} Way */
/** @typedef {{ url: string, collects: boolean, baseHeap: number }} Ready */
/** @typedef {{ millis: number, gapMillis: number, cpuMillis: number }} Cost */
/** @typedef {{ heap: number, rss: number, peakRss: number }} Memory bytes */

const [way = '', proxies, changed] = process.argv.slice(2);
const percent = Number(changed);
/** @type {Frps | undefined} */
let frps = new Frps(Number(proxies));
const isOurs = way === 'ours' || way === "ours, the SDK's text";
const metrics = isOurs ? [] : seriesOf(frps, percent);
if (!isOurs) frps = undefined; // theirs is what the series need, and no more
collectGarbage();
const baseHeap = process.memoryUsage().heapUsed;

const subject = await start();
const meter = new LoopMeter();
await subject.collect?.();

const answers = {
  /** @returns {Promise<Cost>} */
  collect: async () => {
    prepare();
    await subject.collect?.();
    return meter.read();
  },
  /** Before a scrape. */
  prepare: async () => prepare(),
  /** After it. */
  cost: () => meter.read(),
  /** @returns {Promise<Memory>} */
  memory: async () => {
    const rss = process.memoryUsage.rss();
    collectGarbage();
    return { heap: process.memoryUsage().heapUsed - baseHeap, rss, peakRss: process.resourceUsage().maxRSS * 1024 };
  },
};
process.on('message', async (/** @type {keyof typeof answers} */ question) => {
  process.send?.((await answers[question]()) ?? {});
});
process.once('disconnect', () => process.exit());
process.send?.({ url: subject.url, collects: subject.collect !== undefined, baseHeap });

async function start() {
  if (frps !== undefined) return startOurs(/** @type {Way} */ (way), frps);
  return way === 'observables' ? startObservables(metrics) : startPromClient(metrics);
}

function prepare() {
  frps?.carryMore(percent);
  collectGarbage();
  meter.start();
}

function collectGarbage() {
  if (globalThis.gc === undefined) throw new Error('expected node --expose-gc');
  globalThis.gc();
}
