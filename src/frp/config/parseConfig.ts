import { parse as parseToml, TomlError } from 'smol-toml';
import * as z from 'zod';
import type { FrpRole } from '../FrpRole.js';
import type { FrpConfig, FrpWebServer } from './FrpConfig.js';
import { Secret } from './Secret.js';

/** A config file that cannot be read as one; its message never quotes the file's text, which may hold secrets. */
export class FrpConfigError extends Error {
  override readonly name = 'FrpConfigError';
}

const port = z.number().int().min(0).max(65_535);

const webServerSchema = z.object({
  addr: z.string().default('127.0.0.1'),
  port: port.default(0),
  user: z.string().default(''),
  password: z.string().default(''),
  tls: z.object({ certFile: z.string().optional() }).optional(),
});

const proxySchema = z.object({
  name: z.string(),
  type: z.string(),
  localIP: z.string().default('127.0.0.1'),
  localPort: port.optional(),
  remotePort: port.optional(),
  customDomains: z.array(z.string()).default([]),
});

// Defaults are those of pkg/config/v1/{common,server,client,proxy}.go; they stand for "" and 0 too.
const DEFAULT_ADDR = '0.0.0.0';
const DEFAULT_PORT = 7000;

const fileSchema = z.object({
  bindAddr: z.string().default(DEFAULT_ADDR),
  bindPort: port.default(DEFAULT_PORT),
  serverAddr: z.string().default(DEFAULT_ADDR),
  serverPort: port.default(DEFAULT_PORT),
  user: z.string().default(''),
  webServer: webServerSchema.optional(),
  log: z.object({ to: z.string().default('console') }).prefault({}),
  proxies: z.array(proxySchema).default([]),
});

/**
 * Reads an frps or frpc config file (TOML, frp >= 0.52).
 *
 * @param text the file's text
 * @throws FrpConfigError when it is not TOML or a value has the wrong type; the message names the place, not the text
 */
export const parseConfig = (text: string, role: FrpRole): FrpConfig => {
  const file = fileSchema.safeParse(parseTables(text));
  if (!file.success) throw new FrpConfigError(describeIssues(file.error));
  const { bindAddr, bindPort, serverAddr, serverPort, user, webServer, log, proxies } = file.data;
  return {
    role,
    serverAddr: (role === 'server' ? bindAddr : serverAddr) || DEFAULT_ADDR,
    serverPort: (role === 'server' ? bindPort : serverPort) || DEFAULT_PORT,
    user,
    webServer: webServer === undefined ? undefined : toWebServer(webServer),
    logTo: log.to === '' ? 'console' : log.to,
    proxies: proxies.map(({ localPort, remotePort, ...proxy }) => ({ ...proxy, localPort, remotePort })),
  };
};

const parseTables = (text: string): unknown => {
  if (/^\s*\[common\]/m.test(text)) throw new FrpConfigError('expected TOML, found legacy INI (a [common] section)');
  if (/^\s*\{\s*"/.test(text)) throw new FrpConfigError('expected TOML, found JSON');
  if (text.includes('{{')) throw new FrpConfigError('expected TOML, found a Go template ({{ … }})');
  try {
    return parseToml(text);
  } catch (error) {
    // TomlError's message carries a picture of the source lines: only the position may leave this place.
    const at = error instanceof TomlError ? ` (line ${error.line}, column ${error.column})` : '';
    throw new FrpConfigError(`expected TOML, found something else${at}`);
  }
};

const describeIssues = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`).join('; ');

const toWebServer = (webServer: z.infer<typeof webServerSchema>): FrpWebServer | undefined => {
  if (webServer.port === 0) return undefined; // frp: no port, no web server
  return {
    host: reachableHost(webServer.addr),
    port: webServer.port,
    tls: Boolean(webServer.tls?.certFile),
    user: webServer.user,
    password: new Secret(webServer.password),
  };
};

const reachableHost = (address: string): string => {
  if (address === '' || address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
};
