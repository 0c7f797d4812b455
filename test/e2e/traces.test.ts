import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { type FrpInstrumentationHandle, registerFrpInstrumentation } from '../../src/index.js';
import { AsyncContexts } from '../support/AsyncContexts.js';
import { OtlpSink } from '../support/OtlpSink.js';
import type { LogRecord } from '../support/otlpLogRecords.js';
import type { Span } from '../support/otlpSpans.js';
import { describeWithFrp, freePort, frpsConfig, RealFrp, temporaryFolder } from '../support/realFrp.js';
import { Visitor } from '../support/Visitor.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(90_000);

const SITE = 'site.test';

describeWithFrp('a program with a tracer of its own, which spawns a real frpc inside a span', (folder) => {
  const files = temporaryFolder();
  const frps: { process?: RealFrp } = {};
  const clients: RealFrp[] = [];
  let sink: OtlpSink;
  let handle: FrpInstrumentationHandle;
  let provider: TracerProvider;
  let ports: Record<'bind' | 'dashboard' | 'http' | 'tcp' | 'v1' | 'v2' | 'refused' | 'shell', number>;
  let site: HeaderService;
  let proxied: ProxyProtocolService;
  let caller: { traceId: string; spanId: string };

  const config = (proxies: string, more = ''): string =>
    `serverAddr = "127.0.0.1"\nserverPort = ${ports.bind}\nloginFailExit = false\n${more}${proxies}`;
  const tcp = (name: string, remotePort: number, more = ''): string =>
    `[[proxies]]\nname = "${name}"\ntype = "tcp"\nlocalPort = ${proxied.port}\nremotePort = ${remotePort}\n${more}`;
  const http = (name: string, domain: string, more = ''): string =>
    `[[proxies]]\nname = "${name}"\ntype = "http"\nlocalPort = ${site.port}\ncustomDomains = ["${domain}"]\n${more}`;

  /** Starts a frpc, in whatever context this is called. */
  const startFrpc = (name: string, text: string, through: 'itself' | 'a shell' = 'itself'): RealFrp => {
    const file = files.write(name, text);
    const frpc = join(folder, 'frpc');
    const child: ChildProcess =
      through === 'itself'
        ? spawn(frpc, ['-c', file], { stdio: ['ignore', 'pipe', 'inherit'] })
        : spawn('sh', ['-c', `'${frpc}' -c '${file}'; exit $?`], { stdio: ['ignore', 'pipe', 'inherit'] });
    const client = new RealFrp(child).read();
    clients.push(client);
    return client;
  };
  const spansNamed = (name: string, has: (span: Span) => boolean = () => true): Span[] =>
    sink.spans.filter((span) => span.name === name && has(span));
  const recordsOf = (pid: unknown): LogRecord[] =>
    sink.logRecords.filter(({ attributes }) => attributes['process.pid'] === pid);
  const idsOf = ({ traceId, spanId }: { traceId?: string | undefined; spanId?: string | undefined }) => ({
    traceId,
    spanId,
  });

  beforeAll(async () => {
    const names = ['bind', 'dashboard', 'http', 'tcp', 'v1', 'v2', 'refused', 'shell'] as const;
    const free = await Promise.all(names.map(freePort));
    ports = Object.fromEntries(names.map((name, index) => [name, free[index]])) as typeof ports;
    sink = await OtlpSink.start();
    site = await HeaderService.start();
    proxied = await ProxyProtocolService.start();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = sink.url;
    process.env.OTEL_METRICS_EXPORTER = 'none';
    const exporter = new OTLPTraceExporter({ url: `${sink.url}/v1/traces` });
    provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    trace.setGlobalTracerProvider(provider);
    context.setGlobalContextManager(new AsyncContexts());
    handle = registerFrpInstrumentation({ collectionIntervalMillis: 300, recordClientAddress: true });

    const server = `${frpsConfig(ports)}vhostHTTPPort = ${ports.http}\n`;
    frps.process = RealFrp.start(folder, 'frps', files.write('frps.toml', server));
    await frps.process.line(/frps started successfully/);

    const proxies = [
      tcp('tcp', ports.tcp),
      tcp('v1', ports.v1, 'transport.proxyProtocolVersion = "v1"\n'),
      tcp('v2', ports.v2, 'transport.proxyProtocolVersion = "v2"\n'),
      http('plain', SITE),
      http('changed', 'changed.test', 'hostHeaderRewrite = "other.test"\nrequestHeaders.set.x-from-where = "frp"\n'),
    ];
    const frpc = trace.getTracer('program').startActiveSpan('open the tunnel', (span) => {
      caller = span.spanContext();
      const started = startFrpc('frpc.toml', config(proxies.join('')));
      span.end();
      return started;
    });
    for (const name of ['tcp', 'v1', 'v2', 'plain', 'changed']) {
      await frpc.line(new RegExp(`\\[${name}\\] start proxy success`));
    }
    await waitUntil('connections to be looked at', () => {
      const server = handle.snapshot().instances.find(({ role }) => role === 'server');
      return server?.sources.some(({ source, state }) => source === 'sockets' && state === 'ok');
    });
    await handle.forceFlush(); // looks once more
  });

  afterAll(async () => {
    for (const client of clients) await client.end();
    await frps.process?.end();
    await handle?.shutdown();
    await provider?.shutdown();
    trace.disable();
    context.disable();
    await Promise.all([site?.stop(), proxied?.stop(), sink?.stop()]);
    files.remove();
  });

  it('has one trace: the program’s span, the spawn, the login, the start of each proxy', async () => {
    await sink.waitFor('the starts', () => spansNamed('frp.proxy.start').length === 5);
    const [spawned] = spansNamed('frp.process.spawn', ({ traceId }) => traceId === caller.traceId);
    const [login] = spansNamed('frp.client.login');
    expect(spawned).toMatchObject({
      kind: 'internal',
      parentSpanId: caller.spanId,
      attributes: {
        'process.pid': clients[0]?.child.pid,
        'process.executable.name': 'frpc',
        'frp.role': 'client',
        'frp.instance': expect.stringMatching(/^frpc@/),
      },
    });
    expect(JSON.stringify(spawned?.attributes)).not.toContain('frpc.toml'); // never its arguments
    expect(login).toMatchObject({ kind: 'client', traceId: caller.traceId, parentSpanId: spawned?.spanId });
    expect(spawned?.endTimeUnixNano).toBeLessThanOrEqual(login?.endTimeUnixNano ?? 0n);
    for (const start of spansNamed('frp.proxy.start')) {
      expect(start).toMatchObject({ traceId: caller.traceId, parentSpanId: login?.spanId });
    }
  });

  it('makes a root of the spawn of frps, which was started outside of all spans', () => {
    const [spawned] = spansNamed('frp.process.spawn', ({ attributes }) => attributes['frp.role'] === 'server');
    expect(spawned?.parentSpanId).toBeUndefined();
    expect(spawned?.traceId).not.toBe(caller.traceId);
  });

  it('has log records that bear the ids of the span they are in, and none elsewhere', async () => {
    await handle.forceFlush();
    const [login] = spansNamed('frp.client.login');
    const records = recordsOf(clients[0]?.child.pid).filter(({ body }) => body !== undefined);
    const inLogin = records.filter(({ spanId }) => spanId === login?.spanId).map(({ body }) => String(body));
    expect(inLogin[0]).toMatch(/try to connect to server/);
    expect(inLogin.at(-2)).toMatch(/login to server success/);
    expect(inLogin.at(-1)).toMatch(/proxy added/);
    for (const { spanId, attributes } of spansNamed('frp.proxy.start')) {
      const name = attributes['frp.proxy.name'];
      const told = records.filter((record) => record.spanId === spanId);
      expect(told.map(({ body, traceId }) => [body, traceId])).toEqual([
        [`[${name}] start proxy success`, caller.traceId],
      ]);
    }
    // Read in the context of the spawn, and yet no part of its trace.
    const before = records.find(({ body }) => /start frpc service/.test(String(body)));
    expect(idsOf(before ?? {})).toEqual({ traceId: undefined, spanId: undefined });
  });

  it('has an error span with an exception event of a login that is refused', async () => {
    const frpc = startFrpc('refused.toml', config(tcp('refused', ports.refused), 'auth.token = "wrong"\n'));
    await frpc.line(/token in login doesn't match/);
    const { pid } = frpc.child;
    const login = await sink.waitFor('the refused login', () =>
      spansNamed('frp.client.login', ({ attributes }) => attributes['process.pid'] === pid).at(0),
    );
    await frpc.end();
    const message = "token in login doesn't match token from configuration";
    expect(login).toMatchObject({
      status: { code: 'error', message },
      attributes: { 'error.type': 'token_mismatch', 'server.port': ports.bind },
      events: [
        {
          name: 'exception',
          timeUnixNano: login.endTimeUnixNano,
          attributes: { 'exception.type': 'token_mismatch', 'exception.message': message },
        },
      ],
    });
    await handle.forceFlush();
    const refusal = recordsOf(pid).find(({ eventName }) => eventName === 'frp.client.login.failed');
    expect(idsOf(refusal ?? {})).toEqual(idsOf(login));
  });

  it('knows the caller of a shell that starts frpc', async () => {
    const spanId = trace.getTracer('program').startActiveSpan('run a script', (span) => {
      startFrpc('shell.toml', config(tcp('shell', ports.shell)), 'a shell');
      span.end();
      return span.spanContext().spanId;
    });
    const spawned = await sink.waitFor('its spawn', () =>
      spansNamed('frp.process.spawn', ({ parentSpanId }) => parentSpanId === spanId).at(0),
    );
    expect(spawned.attributes['process.executable.name']).toBe('frpc');
    expect(spawned.attributes['process.pid']).not.toBe(clients.at(-1)?.child.pid);
    const login = await sink.waitFor('its login', () =>
      spansNamed('frp.client.login', ({ parentSpanId }) => parentSpanId === spawned.spanId).at(0),
    );
    process.kill(Number(login.attributes['process.pid']), 'SIGKILL');
  });

  it('links a user connection to the login of its client, from the line that begins it', async () => {
    const visitor = await Visitor.connect(ports.tcp);
    await visitor.exchange(1_000);
    await visitor.close();
    const connection = await sink.waitFor('its span', () =>
      spansNamed('frp.connection', ({ attributes }) => attributes['frp.proxy.name'] === 'tcp').at(0),
    );
    const [login] = spansNamed('frp.client.login');
    expect(connection).toMatchObject({
      kind: 'server',
      status: { code: 'unset' },
      attributes: {
        'frp.proxy.type': 'tcp',
        'frp.connection.io.in': 1_000,
        'frp.connection.io.out': 1_000,
        'frp.run_id': login?.attributes['frp.run_id'],
      },
    });
    expect(connection.parentSpanId).toBeUndefined();
    expect(connection.links.map(idsOf)).toEqual([idsOf(login ?? {})]);
    await handle.forceFlush();
    const line = recordsOf(frps.process?.child.pid).find(({ spanId }) => spanId === connection.spanId);
    expect(line?.body).toMatch(/^\[tcp\] get a user connection \[127\.0\.0\.1:\d+\]$/);
    expect(line?.traceId).toBe(connection.traceId);
  });

  describe('through an http tunnel', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const sent = { traceparent, tracestate: 'vendor=opaque', baggage: 'user=4711' };

    it('carries traceparent, tracestate and baggage as they are', async () => {
      const arrived = await site.asked(() => ask(ports.http, SITE, sent));
      expect(arrived).toMatchObject({ ...sent, host: SITE });
    });

    it('carries them past hostHeaderRewrite and requestHeaders.set', async () => {
      const arrived = await site.asked(() => ask(ports.http, 'changed.test', sent));
      expect(arrived).toMatchObject({ ...sent, host: 'other.test', 'x-from-where': 'frp' });
    });
  });

  describe.each(['v1', 'v2'] as const)('through a tcp tunnel with proxy protocol %s', (version) => {
    it('tells the service the address that frps logs, and the span has', async () => {
      const visitor = connect({ host: '127.0.0.1', port: ports[version] });
      const [told] = await Promise.all([proxied.told(), new Promise((done) => visitor.once('connect', done))]);
      const { localPort } = visitor;
      visitor.end();
      expect(told).toEqual({ address: '127.0.0.1', port: localPort });
      const connection = await sink.waitFor('its span', () =>
        spansNamed('frp.connection', ({ attributes }) => attributes['frp.proxy.name'] === version).at(0),
      );
      expect(connection.attributes).toMatchObject({ 'client.address': told.address, 'client.port': told.port });
      await frps.process?.line(new RegExp(`\\[${version}\\] get a user connection \\[${told.address}:${told.port}\\]`));
    });
  });
});

/** Asks the site of a host name by frps's http port. */
const ask = (port: number, host: string, headers: Record<string, string>): void => {
  request({ host: '127.0.0.1', port, headers: { ...headers, host, connection: 'close' } }, (response) =>
    response.resume(),
  ).end();
};

/** A service that keeps the headers it is asked with. */
class HeaderService {
  readonly #server = createServer((incoming, response) => {
    this.#headers.push(incoming.headers);
    response.end('ok');
  });
  readonly #headers: IncomingHttpHeaders[] = [];

  static async start(): Promise<HeaderService> {
    const service = new HeaderService();
    await new Promise<void>((listening) => service.#server.listen(0, '127.0.0.1', listening));
    return service;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The headers that arrive by what is done. */
  async asked(doing: () => void): Promise<IncomingHttpHeaders> {
    const before = this.#headers.length;
    doing();
    return waitUntil('a request to arrive', () => this.#headers[before]);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

interface Told {
  readonly address: string;
  readonly port: number;
}

/** A service that echoes, and reads what the proxy protocol says before, where it is spoken. */
class ProxyProtocolService {
  readonly #open = new Set<Socket>();
  readonly #told: Told[] = [];
  #taken = 0;
  readonly #server = createTcpServer((socket) => {
    this.#open.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => this.#open.delete(socket));
    socket.on('data', (chunk) => {
      const told = readProxyProtocol(chunk);
      if (told === undefined) socket.write(chunk);
      else this.#told.push(told);
    });
  });

  static async start(): Promise<ProxyProtocolService> {
    const service = new ProxyProtocolService();
    await new Promise<void>((listening) => service.#server.listen(0, '127.0.0.1', listening));
    return service;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What the next visitor's address is said to be. */
  async told(): Promise<Told> {
    const told = await waitUntil('the proxy protocol to tell a visitor', () => this.#told[this.#taken]);
    this.#taken += 1;
    return told;
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
  }
}

const V2_SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

/** Of IPv4 over TCP (haproxy, doc/proxy-protocol.txt, 2.1 and 2.2). */
const readProxyProtocol = (chunk: Buffer): Told | undefined => {
  const [, address, port] = /^PROXY TCP4 (\S+) \S+ (\d+) \d+\r\n/.exec(chunk.toString('latin1')) ?? [];
  if (address !== undefined) return { address, port: Number(port) };
  if (!chunk.subarray(0, 12).equals(V2_SIGNATURE)) return undefined;
  return { address: [...chunk.subarray(16, 20)].join('.'), port: chunk.readUInt16BE(24) };
};
