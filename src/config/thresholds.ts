import { group, positiveNumber, share, wholeNumber } from './optionForms.js';

/** From where on is too much: what the events and the alert rules of the catalogue are held against. */
export const thresholds = group(
  {
    serverCpu: share().default(0.8).describe('Share of all CPUs that frps takes.'),
    serverMemory: wholeNumber(1, Number.MAX_SAFE_INTEGER)
      .default(2 ** 30)
      .describe('Bytes of physical memory that frps takes.'),
    serverClients: wholeNumber(1, 1_000_000).default(100).describe('Clients of frps.'),
    fileDescriptors: share().default(0.8).describe('Share of the limit of open files, of frps and of frpc.'),
    serverErrorRatio: share()
      .default(0.1)
      .describe('Share of logins, starts of proxies and connections that failed on frps in 5 minutes.'),
    portUtilization: share().default(0.9).describe('Share of the allowed ports of frps that are in use.'),
    loginFailures: wholeNumber(0, 1_000_000).default(10).describe('Logins that frps refused in 5 minutes.'),
    clientReconnects: wholeNumber(0, 1_000_000).default(3).describe('Logins of frpc after its first in 5 minutes.'),
    proxyErrorRatio: share().default(0.05).describe('Share of connections of a proxy that failed in 5 minutes.'),
    proxyLatency: positiveNumber(3_600)
      .default(1)
      .describe('Seconds that probes took through a proxy on average in 5 minutes.'),
    proxyConnections: wholeNumber(1, 1_000_000).default(1_000).describe('Open connections of a proxy.'),
  },
  'an object with serverCpu, serverMemory, proxyLatency and others',
);
