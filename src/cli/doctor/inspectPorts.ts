import { get } from 'node:http';
import { createServer } from 'node:net';
import { hostAndPort } from '../../frp/hostAndPort.js';
import { prometheusAddress, sdkDisabled } from '../../telemetry/providers/environment.js';
import { type OtlpEndpoint, otlpEndpoints } from '../../telemetry/providers/otlpEndpoints.js';
import { connectionProblem } from '../connectionProblem.js';
import type { OtlpFacts, PrometheusFacts } from './DoctorFacts.js';

type Environment = Readonly<Record<string, string | undefined>>;

const TIMEOUT_MILLIS = 2_000;
const MAX_METRICS_CHARACTERS = 64 * 1024;

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

/** Whether somebody takes connections where OTLP goes: each host once. */
export const inspectOtlp = async (env: Environment): Promise<readonly OtlpFacts[]> => {
  if (sdkDisabled(env)) return [];
  const endpoints = new Map<string | undefined, OtlpEndpoint>();
  for (const endpoint of otlpEndpoints(env)) endpoints.set(endpoint.url?.origin, endpoint);
  return Promise.all(
    Array.from(endpoints.values(), async ({ url, isGiven }) =>
      url === undefined
        ? { endpoint: 'an address that is no http:// or https:// URL', isGiven, problem: 'expected http://host:port' }
        : { endpoint: url.origin, isGiven, problem: await connectionProblem(url, TIMEOUT_MILLIS) },
    ),
  );
};
