import { get } from 'node:http';
import { connect, createServer } from 'node:net';
import { hostAndPort } from '../../frp/hostAndPort.js';
import { exportersOf, prometheusAddress, type Signal, sdkDisabled } from '../../telemetry/providers/environment.js';
import type { OtlpFacts, PrometheusFacts } from './DoctorFacts.js';

type Environment = Readonly<Record<string, string | undefined>>;

const TIMEOUT_MILLIS = 2_000;
const MAX_METRICS_CHARACTERS = 64 * 1024;
const SIGNALS: readonly Signal[] = ['metrics', 'logs', 'traces'];
const DEFAULT_ENDPOINT = 'http://localhost:4318';

/** Who has the port of our /metrics. */
export const inspectPrometheus = async (env: Environment): Promise<PrometheusFacts> => {
  const { host, port } = prometheusAddress(env);
  const address = hostAndPort(host, port);
  if (await canListen(host, port)) return { address, holder: 'nobody' };
  return { address, holder: (await servesOurs(host, port)) ? 'agent' : 'other' };
};

const canListen = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });

const servesOurs = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const request = get({ host, port, path: '/metrics', timeout: TIMEOUT_MILLIS, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MAX_METRICS_CHARACTERS) request.destroy();
      });
      response.on('close', () => resolve(/^# HELP (frp_|target_info)/m.test(text)));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });

/** Whether somebody takes connections where OTLP goes. */
export const inspectOtlp = async (env: Environment): Promise<readonly OtlpFacts[]> => {
  if (sdkDisabled(env)) return [];
  const endpoints = new Map<string, boolean>();
  for (const signal of SIGNALS) {
    if (!exportersOf(signal, env).includes('otlp')) continue;
    const given =
      env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`]?.trim() || env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim();
    endpoints.set(given || DEFAULT_ENDPOINT, Boolean(given));
  }
  return Promise.all([...endpoints].map(([endpoint, isGiven]) => reach(endpoint, isGiven)));
};

const reach = async (address: string, isGiven: boolean): Promise<OtlpFacts> => {
  if (!URL.canParse(address))
    return { endpoint: 'an address that is no URL', isGiven, problem: 'expected http://host:port' };
  const { protocol, hostname, port, host } = new URL(address);
  const tcpPort = Number(port) || (protocol === 'https:' ? 443 : 80);
  const problem = await connectionProblem(hostname.replace(/^\[(.*)\]$/, '$1'), tcpPort);
  return { endpoint: `${protocol}//${host}`, isGiven, problem };
};

const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up now',
};

const connectionProblem = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MILLIS });
    const end = (problem?: string): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.on('connect', () => end());
    socket.on('timeout', () => end(`no answer within ${TIMEOUT_MILLIS} ms`));
    socket.on('error', ({ code = 'unknown fault' }: NodeJS.ErrnoException) =>
      end(PROBLEMS[code] ?? `it cannot be connected to (${code})`),
    );
  });
