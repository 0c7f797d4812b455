import * as z from 'zod';

// Go gives null and a missing key the same meaning.
const integer = z.number().int().nullish();
const port = z.number().int().min(0).max(65_535).nullish();
const flag = z.boolean().nullish();

/**
 * What is read of frp's config files, under its own key names (pkg/config/v1); all other keys are passed over.
 *
 * @param string what a text is: YAML may write it as a number
 */
const schemas = (string: z.ZodType<string>) => {
  const text = string.nullish();
  const texts = z.array(string).nullish();
  const table = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).nullish();

  const both = {
    auth: table({ method: text }),
    log: table({ to: text, level: text, maxDays: integer, disablePrintColor: flag }),
    webServer: table({
      addr: text,
      port,
      user: text,
      password: text,
      pprofEnable: flag,
      tls: table({ certFile: text }),
    }),
  };
  const transportOfBoth = { tcpMux: flag, tcpMuxKeepaliveInterval: integer, heartbeatTimeout: integer };

  const proxy = z.object({
    name: string,
    type: string,
    enabled: flag,
    localIP: text,
    localPort: port,
    remotePort: port,
    customDomains: texts,
    subdomain: text,
    plugin: table({ type: text }),
    loadBalancer: table({ group: text }),
    transport: table({ bandwidthLimit: text, bandwidthLimitMode: text, useEncryption: flag, useCompression: flag }),
    healthCheck: table({ type: text }),
    multiplexer: text,
  });
  const visitor = z.object({
    name: string,
    type: string,
    enabled: flag,
    serverUser: text,
    serverName: text,
    bindAddr: text,
    bindPort: integer,
  });
  const tunnels = z.object({ proxies: z.array(proxy).nullish(), visitors: z.array(visitor).nullish() });

  const server = z.object({
    ...both,
    bindAddr: text,
    bindPort: port,
    proxyBindAddr: text,
    kcpBindPort: port,
    quicBindPort: port,
    vhostHTTPPort: port,
    vhostHTTPSPort: port,
    tcpmuxHTTPConnectPort: port,
    sshTunnelGateway: table({ bindPort: port }),
    subDomainHost: text,
    allowPorts: z.array(z.object({ start: integer, end: integer, single: integer })).nullish(),
    maxPortsPerClient: integer,
    enablePrometheus: flag,
    httpPlugins: z.array(z.object({ name: text, addr: text, ops: texts })).nullish(),
    transport: table({
      ...transportOfBoth,
      maxPoolCount: integer,
      tls: table({ force: flag, trustedCaFile: text }),
    }),
  });
  const client = tunnels.extend({
    ...both,
    serverAddr: text,
    serverPort: port,
    user: text,
    clientID: text,
    loginFailExit: flag,
    start: texts,
    includes: texts,
    store: table({ path: text }),
    transport: table({
      ...transportOfBoth,
      protocol: text,
      poolCount: integer,
      heartbeatInterval: integer,
      tls: table({ enable: flag }),
    }),
  });
  return { server, client, tunnels };
};

export const configSchemas = schemas(z.string());

/** Where frp fills a text from YAML's `123456` or `yes` (sigs.k8s.io/yaml; refused since 0.55 unless --strict_config=false). */
export const yamlConfigSchemas = schemas(
  z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]),
);

export type ServerFile = z.infer<typeof configSchemas.server>;
export type ClientFile = z.infer<typeof configSchemas.client>;
export type TunnelsFile = z.infer<typeof configSchemas.tunnels>;

/** Key names of frp by their lower case: Go's JSON takes `bindport` for `bindPort`. */
export const KEY_NAMES: ReadonlyMap<string, string> = new Map(
  [configSchemas.server, configSchemas.client].flatMap(keyNamesOf).map((name) => [name.toLowerCase(), name]),
);

function keyNamesOf(schema: unknown): string[] {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) return keyNamesOf(schema.unwrap());
  if (schema instanceof z.ZodArray) return keyNamesOf(schema.element);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([name, inner]) => [name, ...keyNamesOf(inner)]);
}
