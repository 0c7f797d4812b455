import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import { hostAndPort } from '../../frp/hostAndPort.js';
import { log } from '../log.js';

/** Serves `/metrics` on a listener of our own: the exporter's cannot have a free port and says a taken one to nobody. */
export class PrometheusEndpoint {
  // preventServerStart, since its default host differs by version: every interface in 2.x, localhost in 3.x.
  readonly #exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  readonly #server: Server = createServer((request, response) => this.#answer(request, response)).unref();

  /** Give it, wrapped, to a MeterProvider. */
  get reader(): IMetricReader {
    return this.#exporter;
  }

  /** @returns the URL of /metrics; undefined when the port cannot be had, which is said once */
  async listen(host: string, port: number): Promise<string | undefined> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject).listen({ host, port, exclusive: true }, () => resolve());
      });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why = code === 'EADDRINUSE' ? 'the port is taken' : `it cannot be listened on (${code})`;
      log.warn(`prometheus: ${host}:${port}: ${why}; /metrics is not served. Choose another port, or 0 for a free one`);
      return undefined;
    }
    this.#server.on('error', (error) => log.warn(`prometheus: ${error.message}`));
    const address = this.#server.address() as AddressInfo;
    return `http://${hostAndPort(host, address.port)}/metrics`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [path] = (request.url ?? '').split('?');
    if (path !== '/metrics') response.writeHead(404, { 'content-type': 'text/plain' }).end('try /metrics\n');
    else if (request.method !== 'GET' && request.method !== 'HEAD')
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    else this.#exporter.getMetricsRequestHandler(request, response);
  }
}
