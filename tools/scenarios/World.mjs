import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'smol-toml';
import { FrpProcess } from './FrpProcess.mjs';
import { freePorts } from './freePorts.mjs';
import { spawnFrp } from './spawnFrp.mjs';
import { until } from './until.mjs';

/**
 * @typedef {Record<string, unknown>} Config an frp config file, as TOML tables
 *
 * @typedef {object} Observer who looks on while a scenario runs
 * @property {(world: World) => void} [opened] before anything is done
 * @property {(process: FrpProcess) => void} [started] called in the turn of the spawn, before its first byte is read
 * @property {(moment: string, at: FrpProcess[]) => Promise<void>} [looks] a moment at which everybody should look at these
 * @property {(file: string, text: string) => void} [saves] an answer of frp that is worth keeping
 * @property {() => void} [ends] the scenario is over; what comes now is cleaning up
 *
 * @typedef {{ status: number, body: string }} Answer
 */

const PORTS = 16;
const REQUEST_MILLIS = 5_000;

/** @typedef {{ online?: boolean, curConns?: number, in?: number, out?: number }} Counted what frps tells of a proxy */

/** Where one scenario runs: a folder, free ports, the frp processes of one version, and what is to clean up. */
export class World {
  /** @type {Map<string, FrpProcess[]>} every process by its name, over its restarts */
  processes = new Map();
  /** Requests to an API of frp that frp has logged, by process. @type {Map<string, number>} */
  requests = new Map();
  #folder = mkdtempSync(path.join(tmpdir(), 'frp-otel-scenario-'));
  /** @type {Map<string, number>} */
  #ports = new Map();
  /** @type {number[]} */
  #free = [];
  /** @type {(() => unknown)[]} */
  #cleanUps = [];

  /**
   * @param {string} version
   * @param {string} programs the folder of its frps and frpc
   * @param {Observer} observer
   */
  constructor(version, programs, observer) {
    this.version = version;
    this.programs = programs;
    this.observer = observer;
  }

  /**
   * @param {string} version
   * @param {string} programs
   * @param {Observer} observer
   */
  static async open(version, programs, observer) {
    const world = new World(version, programs, observer);
    world.#free = await freePorts(PORTS);
    observer.opened?.(world);
    return world;
  }

  /**
   * The port of that name: the same one each time.
   *
   * @param {string} name
   */
  port(name) {
    const known = this.#ports.get(name);
    if (known !== undefined) return known;
    const port = this.#free.pop();
    if (port === undefined) throw new Error(`expected at most ${PORTS} ports in one scenario`);
    this.#ports.set(name, port);
    return port;
  }

  /**
   * The path of a file or folder of this world; frp gets it relative, so that no log tells where it ran.
   *
   * @param {string} name
   */
  file(name) {
    return path.join(this.#folder, name);
  }

  /**
   * What the scenario started besides frp, and ends with it.
   *
   * @template {{ stop: () => unknown }} Part
   * @param {Part | Promise<Part>} started
   * @returns {Promise<Part>}
   */
  async uses(started) {
    const part = await started;
    this.#cleanUps.push(() => part.stop());
    return part;
  }

  /**
   * Starts frps with its API on.
   *
   * @param {Config} [config]
   * @param {{ name?: string, maxOpenFiles?: number }} [options]
   */
  async frps(config = {}, { name = 'frps', maxOpenFiles } = {}) {
    const given = /** @type {Config} */ (config.webServer ?? {});
    this.#write(name, {
      bindAddr: '127.0.0.1',
      bindPort: this.port(name),
      proxyBindAddr: '127.0.0.1',
      log: { disablePrintColor: true },
      ...config,
      webServer: { port: this.port(`${name} api`), ...given },
    });
    const frps = this.#start(name, 'frps', maxOpenFiles);
    await frps.line(/dashboard listen on/i);
    return frps;
  }

  /**
   * Starts frpc with its API on.
   *
   * @param {Config} config
   * @param {{ name?: string }} [options]
   */
  frpc(config, { name = 'frpc' } = {}) {
    this.#writeClient(name, config);
    return this.#start(name, 'frpc');
  }

  /**
   * Gives frpc another config and lets it read that.
   *
   * @param {Config} config
   * @param {string} [name]
   */
  async reload(config, name = 'frpc') {
    this.#writeClient(name, config);
    return this.get(name, '/api/reload');
  }

  /**
   * Asks the API of a process.
   *
   * @param {string} name of the process
   * @param {string} route
   * @param {{ credentials?: string }} [options] `user:password`
   * @returns {Promise<Answer>}
   */
  async get(name, route, { credentials } = {}) {
    const headers = credentials
      ? { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
      : /** @type {Record<string, string>} */ ({});
    const response = await fetch(`http://127.0.0.1:${this.port(`${name} api`)}${route}`, {
      headers,
      signal: AbortSignal.timeout(REQUEST_MILLIS),
    });
    // frp logs what it answered, and not what it refused to authorise (pkg/util/http/server.go).
    if (response.status !== 401) this.requests.set(name, (this.requests.get(name) ?? 0) + 1);
    return { status: response.status, body: await response.text() };
  }

  /**
   * Waits until frps tells so of one proxy. Each question is logged by frps, so wait for a line first where there is one.
   *
   * @param {string} type
   * @param {string} proxy
   * @param {Counted | (() => Counted)} wanted a function where it may change meanwhile
   * @param {string} [name]
   */
  async counted(type, proxy, wanted, name = 'frps') {
    const wantedNow = typeof wanted === 'function' ? wanted : () => wanted;
    let last = '';
    await until(
      `${proxy} to be ${JSON.stringify(wantedNow())}`,
      async () => {
        last = (await this.get(name, `/api/proxy/${type}`)).body;
        /** @type {Record<string, unknown>[]} */
        const proxies = JSON.parse(last).proxies ?? [];
        const found = proxies.find((candidate) => candidate.name === proxy);
        const now = wantedNow();
        return (
          found !== undefined &&
          (now.online === undefined || (found.status === 'online') === now.online) &&
          (now.curConns === undefined || found.curConns === now.curConns) &&
          (now.in === undefined || found.todayTrafficIn === now.in) &&
          (now.out === undefined || found.todayTrafficOut === now.out)
        );
      },
      { everyMillis: 100 },
    ).catch((error) => {
      throw new Error(`${error.message}; frps answered ${last}`);
    });
  }

  /**
   * A moment at which everybody should look.
   *
   * @param {string} moment
   * @param {{ except?: string }} [options] the process that is frozen: to ask it is to wait for nothing
   */
  async look(moment, { except } = {}) {
    const running = [...this.processes.values()].flatMap((runs) => runs.filter((run) => run.isRunning));
    await this.observer.looks?.(
      moment,
      running.filter(({ name }) => name !== except),
    );
  }

  /**
   * @param {string} file
   * @param {string} text
   */
  save(file, text) {
    this.observer.saves?.(file, text);
  }

  /** The last lines that each process printed, but those about requests, for a message of what went wrong. */
  get logs() {
    const lines = (/** @type {FrpProcess[]} */ runs) => runs.flatMap(({ output }) => output.split('\n'));
    return [...this.processes]
      .flatMap(([name, runs]) => [
        `--- ${name}`,
        ...lines(runs)
          .filter((line) => !/http re(quest|sponse)/i.test(line))
          .slice(-60),
      ])
      .join('\n');
  }

  async close() {
    const all = [...this.processes.values()].flat();
    // frps last: what a client logs about a server that is gone is no part of the scenario.
    for (const program of ['frpc', 'frps']) {
      await Promise.all(all.filter((process) => process.program === program).map((process) => process.end('SIGKILL')));
    }
    await Promise.all(this.#cleanUps.map((cleanUp) => cleanUp()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * @param {string} name
   * @param {Config} config
   */
  #writeClient(name, config) {
    const given = /** @type {Config} */ (config.webServer ?? {});
    this.#write(name, {
      serverAddr: '127.0.0.1',
      serverPort: this.port('frps'),
      log: { disablePrintColor: true },
      ...config,
      webServer: { port: this.port(`${name} api`), ...given },
    });
  }

  /**
   * @param {string} name
   * @param {Config} config
   */
  #write(name, config) {
    writeFileSync(this.file(`${name}.toml`), stringify(config));
  }

  /**
   * @param {string} name
   * @param {'frps' | 'frpc'} program
   * @param {number} [maxOpenFiles]
   */
  #start(name, program, maxOpenFiles) {
    const child = spawnFrp(path.join(this.programs, program), `${name}.toml`, { cwd: this.#folder, maxOpenFiles });
    const process = new FrpProcess(name, program, child);
    this.processes.set(name, [...(this.processes.get(name) ?? []), process]);
    this.observer.started?.(process);
    return process;
  }
}
