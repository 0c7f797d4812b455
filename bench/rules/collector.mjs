import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSecondsOf, memoryOf } from '../log-parsing/procfs.mjs';

/** @typedef {import('./payload.mjs').Payload} Payload */
/**
 * @typedef {object} Counted what the Collector says of itself
 * @property {number} accepted points
 * @property {number} sent points, by all its exporters
 * @property {number} lost refused by receivers, or failed by exporters
 */
/** @typedef {{ cpuSeconds: number, seconds: number, points: number, peakRss: number, counted: Counted }} CollectorCost */

const READY_LIMIT_MILLIS = 30_000;
const POLL_MILLIS = 25;

/** A Collector that is given payloads. */
export class Collector {
  #child;
  #ended;
  #ports;
  /** @type {Record<string, string>} */
  #headers;

  /**
   * @param {object} options
   * @param {string} options.otelcol
   * @param {string} options.configFile
   * @param {Record<string, string>} options.env its environment, besides PATH
   * @param {{ http: number, health: number, own: number }} options.ports where it listens, by its environment
   * @param {Record<string, string>} [options.headers] of each request
   */
  constructor({ otelcol, configFile, env, ports, headers = {} }) {
    this.#ports = ports;
    this.#headers = headers;
    this.#child = spawn(otelcol, [`--config=${configFile}`], {
      stdio: ['ignore', 2, 2],
      env: { PATH: process.env.PATH, ...env },
    });
    this.#ended = once(this.#child, 'exit').then(([code, signal]) => signal ?? `exit code ${code}`);
  }

  /** Until its health check says that it runs. */
  async ready() {
    const deadline = performance.now() + READY_LIMIT_MILLIS;
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${this.#ports.health}/`).catch(() => undefined);
      await response?.arrayBuffer();
      if (response?.ok) return;
      if (this.#child.exitCode !== null) throw new Error(`the Collector ended with ${await this.#ended}`);
      if (performance.now() > deadline)
        throw new Error(`the Collector was not ready in ${READY_LIMIT_MILLIS / 1_000} s`);
      await sleep(POLL_MILLIS);
    }
  }

  /**
   * Sends the payload over and over, each sender the next when the last is answered.
   *
   * @param {Payload} payload
   * @param {{ requests: number, senders: number }} load
   * @returns {Promise<CollectorCost>}
   */
  async take({ body, points }, { requests, senders }) {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the Collector does not run');
    const agent = new Agent({ keepAlive: true, maxSockets: senders });
    const before = await this.counted();
    const began = performance.now();
    const cpuBefore = cpuSecondsOf(pid);
    let left = requests;
    await Promise.all(
      Array.from({ length: senders }, async () => {
        while (left > 0) {
          left -= 1;
          await this.#send(body, agent);
        }
      }),
    );
    const cpuSeconds = cpuSecondsOf(pid) - cpuBefore;
    const seconds = (performance.now() - began) / 1_000;
    agent.destroy();
    const after = await this.counted();
    return {
      cpuSeconds,
      seconds,
      points: points * requests,
      peakRss: memoryOf(pid).peakRss,
      counted: {
        accepted: after.accepted - before.accepted,
        sent: after.sent - before.sent,
        lost: after.lost - before.lost,
      },
    };
  }

  /** @returns {Promise<Counted>} since it started */
  async counted() {
    const page = await (await fetch(`http://127.0.0.1:${this.#ports.own}/metrics`)).text();
    /** @param {string} name */
    const sum = (name) =>
      Array.from(page.matchAll(new RegExp(`^${name}(?:_total)?(?:\\{.*\\})? (\\S+)$`, 'gm'))).reduce(
        (sum, [, value]) => sum + Number(value),
        0,
      );
    return {
      accepted: sum('otelcol_receiver_accepted_metric_points'),
      sent: sum('otelcol_exporter_sent_metric_points'),
      lost: sum('otelcol_receiver_refused_metric_points') + sum('otelcol_exporter_send_failed_metric_points'),
    };
  }

  async end() {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /**
   * @param {Buffer} body
   * @param {Agent} agent
   * @returns {Promise<void>}
   */
  #send(body, agent) {
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-protobuf',
        'content-length': body.length,
        ...this.#headers,
      };
      const options = {
        method: 'POST',
        host: '127.0.0.1',
        port: this.#ports.http,
        path: '/v1/metrics',
        agent,
        headers,
      };
      request(options, (response) => {
        response.resume().on('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`expected the Collector to take the points, it answered ${response.statusCode}`));
        });
      })
        .on('error', reject)
        .end(body);
    });
  }
}
