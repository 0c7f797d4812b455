import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { effectiveRules } from '../../dist/alerts/effectiveRules.js';
import { renderPrometheus } from '../../dist/alerts/render/prometheus.js';
import { freePorts } from '../../tools/scenarios/freePorts.mjs';

/**
 * @typedef {object} PrometheusEvaluated
 * @property {string} version
 * @property {number} series of a scrape
 * @property {number[]} millis of each round of all groups of alerts
 * @property {string[]} alerts pending or firing, as evaluation.mjs has them
 */
/** @typedef {{ name: string, evaluationTime: number, lastEvaluation: string }} Group */
/** @typedef {{ state: string, labels: Record<string, string> }} Alert */

const RECORDING_GROUP = 'frp-recorded';
/** Of an alert's labels, those that are not of its series. */
const OF_RULE = ['alertname', 'severity', 'frp_alert_subject'];
const POLL_MILLIS = 50;
const READY_LIMIT_MILLIS = 60_000;
const SCRAPE = 'bench';

/** @returns {string | undefined} undefined where there is no Prometheus */
export const prometheusVersion = () => {
  const { stdout, stderr } = spawnSync('prometheus', ['--version'], { encoding: 'utf8' });
  return /version (\S+)/.exec(`${stdout}${stderr}`)?.[1];
};

/**
 * Lets a Prometheus scrape a page of the package's own and evaluate the same rules, rendered for it.
 *
 * @param {object} options
 * @param {string} options.version
 * @param {string} options.pageFile of it, only what the rules are of is served
 * @param {string} options.folder for its files
 * @param {number} options.intervalMillis of scrapes and evaluations
 * @param {number} options.warmUp evaluations of each group that do not count
 * @param {number} options.repeat those that do
 * @returns {Promise<PrometheusEvaluated>}
 */
export const evaluateInPrometheus = async ({ version, pageFile, folder, intervalMillis, warmUp, repeat }) => {
  const rules = renderPrometheus(effectiveRules({}), 'own').text;
  const page = pageOf(readFileSync(pageFile, 'utf8'), rules);
  const served = await serve(page.text);
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(path.join(folder, 'rules.yml'), rules);
  writeFileSync(path.join(folder, 'prometheus.yml'), configOf(intervalMillis, served.address));
  const child = spawn(
    'prometheus',
    [
      `--config.file=${path.join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 2, 2] },
  );
  const ended = once(child, 'exit');
  try {
    await ready(url, child);
    const rounds = await evaluations(url, warmUp + repeat);
    return { version, series: page.series, millis: rounds.slice(warmUp), alerts: await alertsOf(url) };
  } finally {
    child.kill('SIGKILL');
    await ended;
    served.close();
  }
};

/** @param {string} text @param {string} rules */
const pageOf = (text, rules) => {
  const wanted = new Set(rules.match(/\bfrp_\w+/g));
  const lines = text.split('\n').filter((line) => wanted.has(/^(?:# TYPE )?(\w+)/.exec(line)?.[1] ?? ''));
  return { text: `${lines.join('\n')}\n`, series: lines.filter((line) => !line.startsWith('#')).length };
};

/** @param {string} text */
const serve = async (text) => {
  const body = Buffer.from(text);
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    address: `127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** @param {number} intervalMillis @param {string} address */
const configOf = (intervalMillis, address) => `
global: { scrape_interval: ${intervalMillis}ms, evaluation_interval: ${intervalMillis}ms, scrape_timeout: ${intervalMillis}ms }
rule_files: [rules.yml]
scrape_configs: [{ job_name: ${SCRAPE}, static_configs: [{ targets: ['${address}'] }] }]
`;

/** @param {string} url @param {import('node:child_process').ChildProcess} child */
const ready = async (url, child) => {
  const deadline = performance.now() + READY_LIMIT_MILLIS;
  for (;;) {
    if ((await fetch(`${url}/-/ready`).catch(() => undefined))?.ok) return;
    if (child.exitCode !== null) throw new Error(`Prometheus ended with exit code ${child.exitCode}`);
    if (performance.now() > deadline) throw new Error(`Prometheus was not ready in ${READY_LIMIT_MILLIS / 1_000} s`);
    await sleep(POLL_MILLIS);
  }
};

/**
 * How long all groups together took, each time; only what came after the first scrape counts.
 *
 * @param {string} url @param {number} count
 */
const evaluations = async (url, count) => {
  /** @type {Map<string, Map<string, number>>} by group and when it was */
  const seen = new Map();
  await scraped(url);
  for (;;) {
    const { groups } = /** @type {{ groups: Group[] }} */ (await ask(url, 'rules'));
    for (const { name, evaluationTime, lastEvaluation } of groups) {
      if (name === RECORDING_GROUP || lastEvaluation.startsWith('0001')) continue;
      const ofGroup = seen.get(name) ?? new Map();
      seen.set(name, ofGroup.set(lastEvaluation, evaluationTime * 1_000));
    }
    const each = Array.from(seen.values(), (ofGroup) => [...ofGroup.values()]);
    if (each.length > 0 && each.length === groups.length - 1 && each.every(({ length }) => length >= count)) {
      return Array.from({ length: count }, (_, nth) => each.reduce((sum, millis) => sum + (millis[nth] ?? 0), 0));
    }
    await sleep(POLL_MILLIS);
  }
};

/** @param {string} url */
const scraped = async (url) => {
  const deadline = performance.now() + READY_LIMIT_MILLIS;
  for (;;) {
    const { activeTargets } = /** @type {{ activeTargets: { health: string, lastError: string }[] }} */ (
      await ask(url, 'targets')
    );
    if (activeTargets[0]?.health === 'up') return;
    if (performance.now() > deadline) throw new Error(`Prometheus could not scrape: ${activeTargets[0]?.lastError}`);
    await sleep(POLL_MILLIS);
  }
};

/** @param {string} url */
const alertsOf = async (url) => {
  const { alerts } = /** @type {{ alerts: Alert[] }} */ (await ask(url, 'alerts'));
  return alerts
    .map(({ labels }) => {
      const ofSeries = Object.entries(labels).filter(([name]) => !OF_RULE.includes(name));
      return `${labels.alertname} ${ofSeries
        .map(([name, value]) => `${name}=${value}`)
        .sort()
        .join(' ')}`;
    })
    .sort();
};

/** @param {string} url @param {string} what */
const ask = async (url, what) => {
  const answer = await fetch(`${url}/api/v1/${what}`);
  return /** @type {{ data: unknown }} */ (await answer.json()).data;
};
