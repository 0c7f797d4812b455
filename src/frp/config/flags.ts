import type { FrpRole } from '../FrpRole.js';

/** What a flag's value becomes. */
export type FlagKind = 'text' | 'integer' | 'boolean' | 'list' | 'ranges';

/** A flag that a config comes from: its name, the key path that it fills, its kind, and frp's default. */
export type ConfigFlag = readonly [name: string, path: string, kind: FlagKind, initial?: string];

/** frps without a config file (RegisterServerConfigFlags in pkg/config/flags.go; cmd/frps/flags.go before 0.53). */
export const SERVER_FLAGS: readonly ConfigFlag[] = [
  ['bind-addr', 'bindAddr', 'text'],
  ['bind-port', 'bindPort', 'integer'],
  ['kcp-bind-port', 'kcpBindPort', 'integer'],
  ['quic-bind-port', 'quicBindPort', 'integer'],
  ['proxy-bind-addr', 'proxyBindAddr', 'text', '0.0.0.0'],
  ['vhost-http-port', 'vhostHTTPPort', 'integer'],
  ['vhost-https-port', 'vhostHTTPSPort', 'integer'],
  // Not in files, where the address is 127.0.0.1 and there is no user. --dashboard_tls_mode has no effect (BoolFuncFlag).
  ['dashboard-addr', 'webServer.addr', 'text', '0.0.0.0'],
  ['dashboard-port', 'webServer.port', 'integer'],
  ['dashboard-user', 'webServer.user', 'text', 'admin'],
  ['dashboard-pwd', 'webServer.password', 'text', 'admin'],
  ['enable-prometheus', 'enablePrometheus', 'boolean'],
  ['log-file', 'log.to', 'text'],
  ['log-level', 'log.level', 'text'],
  ['log-max-days', 'log.maxDays', 'integer'],
  ['disable-log-color', 'log.disablePrintColor', 'boolean'],
  ['subdomain-host', 'subDomainHost', 'text'],
  ['allow-ports', 'allowPorts', 'ranges'],
  ['max-ports-per-client', 'maxPortsPerClient', 'integer'],
  ['tls-only', 'transport.tls.force', 'boolean'],
];

/** `frpc tcp` and its like (RegisterClientCommonConfigFlags). */
export const CLIENT_FLAGS: readonly ConfigFlag[] = [
  ['server-addr', 'serverAddr', 'text', '127.0.0.1'],
  ['server-port', 'serverPort', 'integer'],
  ['protocol', 'transport.protocol', 'text'],
  ['log-level', 'log.level', 'text'],
  ['log-file', 'log.to', 'text'],
  ['log-max-days', 'log.maxDays', 'integer'],
  ['disable-log-color', 'log.disablePrintColor', 'boolean'],
  ['tls-enable', 'transport.tls.enable', 'boolean'],
  ['user', 'user', 'text'],
  ['client-id', 'clientID', 'text'],
];

/** The proxy of `frpc tcp` and its like (RegisterProxyFlags). */
export const PROXY_FLAGS: readonly ConfigFlag[] = [
  ['proxy-name', 'name', 'text', ''],
  ['local-ip', 'localIP', 'text'],
  ['local-port', 'localPort', 'integer'],
  ['remote-port', 'remotePort', 'integer'],
  ['custom-domain', 'customDomains', 'list'],
  ['sd', 'subdomain', 'text'],
  ['mux', 'multiplexer', 'text'],
  ['ue', 'transport.useEncryption', 'boolean'],
  ['uc', 'transport.useCompression', 'boolean'],
  ['bandwidth-limit', 'transport.bandwidthLimit', 'text'],
  ['bandwidth-limit-mode', 'transport.bandwidthLimitMode', 'text'],
];

/** The visitor of `frpc stcp visitor` and its like (RegisterVisitorFlags). */
export const VISITOR_FLAGS: readonly ConfigFlag[] = [
  ['visitor-name', 'name', 'text', ''],
  ['server-name', 'serverName', 'text'],
  ['server-user', 'serverUser', 'text'],
  ['bind-addr', 'bindAddr', 'text'],
  ['bind-port', 'bindPort', 'integer'],
];

/** Flags that take no value unless it is joined by `=`. */
const BOOLEAN_FLAGS: ReadonlySet<string> = new Set([
  'help',
  'version',
  'strict-config',
  ...[SERVER_FLAGS, CLIENT_FLAGS, PROXY_FLAGS].flat().flatMap(([name, , kind]) => (kind === 'boolean' ? [name] : [])),
]);

const SHORT_OF_BOTH = { c: 'config', v: 'version', h: 'help', t: 'token' };
/** Letters of flags, by role. */
const SHORT_FLAGS: Readonly<Record<FrpRole, Readonly<Record<string, string>>>> = {
  server: { ...SHORT_OF_BOTH, p: 'bind-port' },
  client: {
    ...SHORT_OF_BOTH,
    s: 'server-addr',
    P: 'server-port',
    p: 'protocol',
    u: 'user',
    n: 'proxy-name',
    i: 'local-ip',
    l: 'local-port',
    r: 'remote-port',
    d: 'custom-domain',
  },
};

export interface ReadFlags {
  /** What is no flag and no flag's value, such as `tcp`. */
  readonly words: readonly string[];
  /** Values by flag, with `-` between words, in the order given; `true` of a boolean without one. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** Takes arguments apart as spf13/pflag does: `--name value`, `--name=value`, `-n value`, `-n=value`, `-nvalue`; `_` is `-`. */
export const readFlags = (args: readonly string[], role: FrpRole): ReadFlags => {
  const words: string[] = [];
  const values = new Map<string, string[]>();
  let index = 0;
  const add = (name: string, joined: string | undefined): void => {
    const value = joined ?? (BOOLEAN_FLAGS.has(name) ? 'true' : args[++index]);
    if (value === undefined) return; // frp refuses to start
    const before = values.get(name);
    if (before === undefined) values.set(name, [value]);
    else before.push(value);
  };
  for (; index < args.length; index += 1) {
    const arg = args[index] as string;
    if (arg === '--') break;
    if (arg.startsWith('--')) {
      const [name, value] = splitAt(arg.slice(2), arg.indexOf('=') - 2);
      add(name.replaceAll('_', '-'), value?.slice(1));
    } else if (arg.startsWith('-') && arg.length > 1) {
      readShort(arg.slice(1), SHORT_FLAGS[role], add);
    } else words.push(arg);
  }
  return { words, values };
};

/** `-vc=FILE`: letters of booleans, then one that takes the rest. */
const readShort = (
  letters: string,
  names: Readonly<Record<string, string>>,
  add: (name: string, joined: string | undefined) => void,
): void => {
  for (let index = 0; index < letters.length; index += 1) {
    const letter = letters[index] as string;
    const name = Object.hasOwn(names, letter) ? (names[letter] as string) : letter;
    const rest = letters.slice(index + 1);
    const isJoined = rest.startsWith('=') && rest.length > 1;
    if (isJoined || (rest !== '' && !BOOLEAN_FLAGS.has(name))) {
      add(name, isJoined ? rest.slice(1) : rest);
      return;
    }
    add(name, undefined);
  }
};

const splitAt = (text: string, index: number): readonly [string, string | undefined] =>
  index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index)];
