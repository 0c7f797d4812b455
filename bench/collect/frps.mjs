import { FrpModel } from '../../dist/model/FrpModel.js';
import { OwnRequests } from '../../dist/sources/api/OwnRequests.js';
import { readLog } from '../../dist/sources/log/readLog.js';

const TARGET = 1;
const PROXIES_PER_CLIENT = 100;
const FIRST_PORT = 1_024;
/** As `src/telemetry`'s owner has it: all that is asked for must fit. */
const RETENTION_MILLIS = 3_600_000;

/**
 * An frps with tcp proxies as the model knows it once log, API and sockets have told of them: each proxy was registered by a
 * client, has carried a connection that has ended, and has one that is open.
 */
export class Frps {
  #ownRequests = new OwnRequests();
  /** @type {number[]} bytes that each proxy has carried, as the API tells it */
  #carried;
  #changedUpTo = 0;

  /** @param {number} proxies */
  constructor(proxies) {
    this.model = new FrpModel({ retentionMillis: RETENTION_MILLIS, maxProxies: proxies });
    this.#carried = Array.from({ length: proxies }, (_, number) => 1_000 + number);
    this.#start();
    for (let number = 0; number < proxies; number += 1) this.#open(number);
    this.#answer();
    this.#look();
    for (let number = 0; number < proxies; number += 1) this.#end(number);
    this.#answer();
  }

  /**
   * A share of the proxies, in turn, carries more, as the API's next answer tells.
   *
   * @param {number} percent
   */
  carryMore(percent) {
    const proxies = this.#carried.length;
    const count = Math.ceil((proxies * percent) / 100);
    for (let nth = 0; nth < count; nth += 1) {
      const number = (this.#changedUpTo + nth) % proxies;
      this.#carried[number] = (this.#carried[number] ?? 0) + 1_000;
    }
    this.#changedUpTo = (this.#changedUpTo + count) % proxies;
    this.#answer();
  }

  #start() {
    const place = { target: TARGET, time: Date.now() };
    this.model.apply({
      ...place,
      kind: 'process.started',
      role: 'server',
      pid: process.pid,
      hostName: 'bench',
      configPath: undefined,
      config: undefined,
      seenFromStart: true,
    });
    for (const source of /** @type {const} */ (['log', 'api', 'sockets'])) {
      this.model.apply({ ...place, kind: 'source.changed', source, state: 'ok', reason: undefined });
    }
  }

  /** @param {number} number of the proxy */
  #open(number) {
    const { name, port, runId, visitor } = proxyOf(number);
    if (number % PROXIES_PER_CLIENT === 0) {
      const who = `ip [198.51.100.1:${FIRST_PORT + number}] version [0.71.0] hostname [edge] os [linux] arch [amd64]`;
      this.#log(`[server/service.go:629] [${runId}] client login info: ${who}`);
    }
    this.#log(`[proxy/tcp.go:86] [${runId}] [${name}] tcp proxy listen port [${port}]`);
    this.#log(`[server/control.go:439] [${runId}] new proxy [${name}] type [tcp] success`);
    for (const each of ['ended', 'open']) {
      this.#log(`[proxy/proxy.go:278] [${runId}] [${name}] get a user connection [${visitor(each)}]`);
    }
  }

  /** The kernel's counts of all that is open. */
  #look() {
    const sockets = this.#carried.flatMap((_, number) => [socketOf(number, 'ended'), socketOf(number, 'open')]);
    this.model.apply({ kind: 'sockets.sampled', target: TARGET, time: Date.now(), sockets, tellsEnds: true });
  }

  /** @param {number} number of the proxy */
  #end(number) {
    const socket = { ...socketOf(number, 'ended'), in: 400, out: 600 };
    this.model.apply({ kind: 'socket.closed', target: TARGET, time: Date.now(), socket });
  }

  #answer() {
    const time = Date.now();
    const total = this.#carried.reduce((sum, bytes) => sum + bytes, 0);
    this.model.apply({
      kind: 'server.api.answered',
      target: TARGET,
      time,
      info: {
        version: '0.71.0',
        clientCounts: Math.ceil(this.#carried.length / PROXIES_PER_CLIENT),
        curConns: this.#carried.length,
        proxyTypeCount: { tcp: this.#carried.length },
        today: { in: total, out: total },
      },
      proxies: this.#carried.map((bytes, number) => ({
        name: proxyOf(number).name,
        type: 'tcp',
        online: true,
        curConns: 1,
        today: { in: bytes, out: bytes },
        yesterday: undefined,
        sinceStart: undefined,
        user: undefined,
        clientId: undefined,
        remotePort: proxyOf(number).port,
        group: undefined,
      })),
      isComplete: true,
      clients: undefined,
      answeredAt: time,
    });
  }

  /** @param {string} text of a line, without its time */
  #log(text) {
    const now = Date.now();
    const signal = readLog(`${stamp(now)} [I] ${text}`, {
      role: 'server',
      target: TARGET,
      ownRequests: this.#ownRequests,
      now,
    });
    if (signal !== undefined) this.model.apply(signal);
  }
}

/** @param {number} number */
const proxyOf = (number) => ({
  name: `tenant${Math.floor(number / PROXIES_PER_CLIENT)}.service-${number % PROXIES_PER_CLIENT}`,
  port: FIRST_PORT + number,
  runId: Math.floor(number / PROXIES_PER_CLIENT)
    .toString(16)
    .padStart(16, '0'),
  /** @param {string} which */
  visitor: (which) => `203.0.113.${which === 'open' ? 7 : 9}:${FIRST_PORT + number}`,
});

/**
 * @param {number} number of the proxy
 * @param {string} which
 */
const socketOf = (number, which) => ({
  id: `${which} ${number}`,
  hop: /** @type {const} */ ('visitor'),
  port: proxyOf(number).port,
  peer: proxyOf(number).visitor(which),
  in: 200,
  out: 300,
  segmentsIn: 2,
  segmentsOut: 3,
  roundTrip: 0.001 + (number % 100) / 1_000,
});

/** @param {number} time */
const stamp = (time) => {
  const date = new Date(time);
  /** @param {number} part @param {number} [digits] */
  const padded = (part, digits = 2) => String(part).padStart(digits, '0');
  const day = `${date.getFullYear()}-${padded(date.getMonth() + 1)}-${padded(date.getDate())}`;
  const second = `${padded(date.getHours())}:${padded(date.getMinutes())}:${padded(date.getSeconds())}`;
  return `${day} ${second}.${padded(date.getMilliseconds(), 3)}`;
};
