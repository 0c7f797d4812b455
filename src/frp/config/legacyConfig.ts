import type { FrpRole } from '../FrpRole.js';
import { FrpConfigError } from './FrpConfigError.js';
import { DEFAULT_SECTION, type Ini } from './parseIni.js';
import { parseNumberRange, parseRanges } from './parseNumberRange.js';

/** A config as its file has it in today's formats: nested tables under frp's key names. */
export type Tables = { [key: string]: unknown };

/** What a legacy value becomes; what does not read as that is passed over, as gopkg.in/ini.v1 does. */
type Kind = 'text' | 'integer' | 'boolean' | 'list' | 'ranges';
/** An INI key, its key path today, and its kind. */
type LegacyKey = readonly [key: string, path: string, kind: Kind];

const COMMON: readonly LegacyKey[] = [
  ['authentication_method', 'auth.method', 'text'],
  ['log_file', 'log.to', 'text'],
  ['log_level', 'log.level', 'text'],
  ['log_max_days', 'log.maxDays', 'integer'],
  ['disable_log_color', 'log.disablePrintColor', 'boolean'],
  ['tcp_mux', 'transport.tcpMux', 'boolean'],
  ['tcp_mux_keepalive_interval', 'transport.tcpMuxKeepaliveInterval', 'integer'],
  ['heartbeat_timeout', 'transport.heartbeatTimeout', 'integer'],
];

/** The keys of [common] that are read, by role (pkg/config/legacy/{client,server,conversion}.go). */
export const LEGACY_KEYS: Readonly<Record<FrpRole, readonly LegacyKey[]>> = {
  server: [
    ...COMMON,
    ['bind_addr', 'bindAddr', 'text'],
    ['bind_port', 'bindPort', 'integer'],
    ['kcp_bind_port', 'kcpBindPort', 'integer'],
    ['quic_bind_port', 'quicBindPort', 'integer'],
    ['proxy_bind_addr', 'proxyBindAddr', 'text'],
    ['vhost_http_port', 'vhostHTTPPort', 'integer'],
    ['vhost_https_port', 'vhostHTTPSPort', 'integer'],
    ['tcpmux_httpconnect_port', 'tcpmuxHTTPConnectPort', 'integer'],
    ['dashboard_addr', 'webServer.addr', 'text'],
    ['dashboard_port', 'webServer.port', 'integer'],
    ['dashboard_user', 'webServer.user', 'text'],
    ['dashboard_pwd', 'webServer.password', 'text'],
    ['enable_prometheus', 'enablePrometheus', 'boolean'],
    ['subdomain_host', 'subDomainHost', 'text'],
    ['max_pool_count', 'transport.maxPoolCount', 'integer'],
    ['tls_only', 'transport.tls.force', 'boolean'],
    ['tls_trusted_ca_file', 'transport.tls.trustedCaFile', 'text'],
    ['max_ports_per_client', 'maxPortsPerClient', 'integer'],
    ['allow_ports', 'allowPorts', 'ranges'],
  ],
  client: [
    ...COMMON,
    ['server_addr', 'serverAddr', 'text'],
    ['server_port', 'serverPort', 'integer'],
    ['user', 'user', 'text'],
    ['admin_addr', 'webServer.addr', 'text'],
    ['admin_port', 'webServer.port', 'integer'],
    ['admin_user', 'webServer.user', 'text'],
    ['admin_pwd', 'webServer.password', 'text'],
    ['pprof_enable', 'webServer.pprofEnable', 'boolean'],
    ['protocol', 'transport.protocol', 'text'],
    ['pool_count', 'transport.poolCount', 'integer'],
    ['heartbeat_interval', 'transport.heartbeatInterval', 'integer'],
    ['tls_enable', 'transport.tls.enable', 'boolean'],
    ['login_fail_exit', 'loginFailExit', 'boolean'],
    ['start', 'start', 'list'],
    ['includes', 'includes', 'list'],
  ],
};

/** The keys of a proxy's section (pkg/config/legacy/{proxy,conversion}.go). */
export const LEGACY_PROXY_KEYS: readonly LegacyKey[] = [
  ['type', 'type', 'text'],
  ['local_ip', 'localIP', 'text'],
  ['local_port', 'localPort', 'integer'],
  ['remote_port', 'remotePort', 'integer'],
  ['custom_domains', 'customDomains', 'list'],
  ['subdomain', 'subdomain', 'text'],
  ['plugin', 'plugin.type', 'text'],
  ['group', 'loadBalancer.group', 'text'],
  ['bandwidth_limit', 'transport.bandwidthLimit', 'text'],
  ['bandwidth_limit_mode', 'transport.bandwidthLimitMode', 'text'],
  ['health_check_type', 'healthCheck.type', 'text'],
  ['use_encryption', 'transport.useEncryption', 'boolean'],
  ['use_compression', 'transport.useCompression', 'boolean'],
  ['multiplexer', 'multiplexer', 'text'],
];

/** The keys of a section with `role = visitor` (pkg/config/legacy/visitor.go). */
export const LEGACY_VISITOR_KEYS: readonly LegacyKey[] = [
  ['type', 'type', 'text'],
  ['server_user', 'serverUser', 'text'],
  ['server_name', 'serverName', 'text'],
  ['bind_addr', 'bindAddr', 'text'],
  ['bind_port', 'bindPort', 'integer'],
];

const PLUGIN_KEYS: readonly LegacyKey[] = [
  ['addr', 'addr', 'text'],
  ['ops', 'ops', 'list'],
];

/** Characters that the proxies of `[range:…]` sections may have together: a section is copied once for each of its ports. */
const MAX_RANGE_CHARACTERS = 16 * 1024 * 1024;
/** Dots in a section's name that are followed upwards. */
const MAX_PARENTS = 32;

/** Gives frps's or frpc's INI file the shape of today's formats. */
export const legacyConfig = (ini: Ini, role: FrpRole): Tables => {
  const tables = toTables(ini, 'common', LEGACY_KEYS[role]);
  return role === 'server' ? { ...tables, ...serverTables(ini, tables) } : { ...tables, ...legacyTunnels(ini) };
};

const serverTables = (ini: Ini, { webServer }: Tables): Tables => {
  // frps reads the profiler's switch only together with TLS (Convert_ServerCommonConf_To_v1).
  const secured = toTables(ini, 'common', [
    ['dashboard_tls_cert_file', 'tls.certFile', 'text'],
    ['pprof_enable', 'pprofEnable', 'boolean'],
  ]);
  const hasTls = readKind(lookup(ini, 'common', 'dashboard_tls_mode') ?? '', 'boolean') === true;
  const names = [...ini.keys()].filter((name) => name.startsWith('plugin.'));
  return {
    webServer: { addr: '0.0.0.0', ...(webServer as Tables | undefined), ...(hasTls && secured) },
    httpPlugins: names.map((name) => ({
      name: name.slice('plugin.'.length).trim(),
      ...toTables(ini, name, PLUGIN_KEYS),
    })),
  };
};

/** The proxies and visitors of an INI file: one section each, and one per port of each `[range:…]` section. */
export const legacyTunnels = (ini: Ini): { readonly proxies: Tables[]; readonly visitors: Tables[] } => {
  const proxies: Tables[] = [];
  const visitors: Tables[] = [];
  const expanded = withRanges(ini);
  for (const name of expanded.keys()) {
    if (name === DEFAULT_SECTION || name === 'common' || name.startsWith('range:')) continue;
    const role = lookup(expanded, name, 'role') || 'server';
    if (role === 'visitor') visitors.push({ ...toTables(expanded, name, LEGACY_VISITOR_KEYS), name });
    else if (role === 'server') proxies.push({ type: 'tcp', ...toTables(expanded, name, LEGACY_PROXY_KEYS), name });
    else throw new FrpConfigError("expected a section's role to be server or visitor");
  }
  return { proxies, visitors };
};

/** `[range:name]` with ports 6000-6002 stands for `[name_0]`, `[name_1]`, `[name_2]` (renderRangeProxyTemplates). */
const withRanges = (ini: Ini): Ini => {
  const expanded = new Map(ini);
  let made = 0;
  for (const [name, section] of ini) {
    if (!name.startsWith('range:')) continue;
    const localPorts = parseNumberRange(lookup(ini, name, 'local_port') ?? '');
    const remotePorts = parseNumberRange(lookup(ini, name, 'remote_port') ?? '');
    if (localPorts === undefined || localPorts.length !== remotePorts?.length) {
      throw new FrpConfigError(
        'expected local_port and remote_port of a [range:…] section to be as many ports, such as 6000-6006',
      );
    }
    const size = [...section].reduce((sum, [key, value]) => sum + key.length + value.length, name.length);
    made += localPorts.length * size;
    if (made > MAX_RANGE_CHARACTERS) {
      throw new FrpConfigError(`expected the [range:…] sections to make at most ${MAX_RANGE_CHARACTERS} characters`);
    }
    const prefix = name.slice('range:'.length).trim();
    localPorts.forEach((localPort, index) => {
      const own = new Map([...(expanded.get(`${prefix}_${index}`) ?? []), ...section]);
      own.set('local_port', String(localPort)).set('remote_port', String(remotePorts[index]));
      expanded.set(`${prefix}_${index}`, own);
    });
  }
  return expanded;
};

const toTables = (ini: Ini, section: string, keys: readonly LegacyKey[]): Tables => {
  const tables: Tables = {};
  for (const [key, path, kind] of keys) {
    const text = lookup(ini, section, key);
    const value = text === undefined ? undefined : readKind(text, kind);
    if (value !== undefined) setAt(tables, path.split('.'), value);
  }
  return tables;
};

export const setAt = (tables: Tables, [key = '', ...rest]: readonly string[], value: unknown): void => {
  if (rest.length === 0) tables[key] = value;
  else {
    const inner = (tables[key] ?? {}) as Tables;
    tables[key] = inner;
    setAt(inner, rest, value);
  }
};

/** A section named `a.b` has the keys of `[a]` too (gopkg.in/ini.v1, GetKey). */
const lookup = (ini: Ini, section: string, key: string): string | undefined => {
  let name = section;
  for (let parents = 0; parents <= MAX_PARENTS; parents += 1) {
    const value = ini.get(name)?.get(key);
    if (value !== undefined) return asItStands(value, ini, name, key);
    const dot = name.lastIndexOf('.');
    if (dot < 0) return undefined;
    name = name.slice(0, dot);
  }
  return undefined;
};

/** `%(name)s` stands for another key's value: what would have to be put together is refused. */
const asItStands = (value: string, ini: Ini, section: string, key: string): string => {
  for (let open = value.indexOf('%('); open >= 0; ) {
    const close = value.indexOf(')', open);
    if (close < 0) return value;
    const name = value.slice(open + 2, close);
    const known = ini.get(section)?.has(name) || ini.get(DEFAULT_SECTION)?.has(name);
    if (value[close + 1] === 's' && known) {
      throw new FrpConfigError(`${key}: expected a plain value, found a reference %(…)s to another key`);
    }
    open = value.indexOf('%(', close);
  }
  return value;
};

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True', 'YES', 'yes', 'Yes', 'y', 'ON', 'on', 'On']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False', 'NO', 'no', 'No', 'n', 'OFF', 'off', 'Off']);

const readKind = (text: string, kind: Kind): unknown => {
  switch (kind) {
    case 'text':
      return text;
    case 'integer':
      return readInteger(text);
    case 'boolean':
      return TRUE.has(text) ? true : FALSE.has(text) ? false : undefined;
    case 'list':
      return text === '' ? [] : text.split(',').map((item) => item.trim());
    case 'ranges':
      return parseRanges(text);
  }
};

/** As Go's ParseInt with base 0: 010 is eight, 0x10 sixteen, 1_000 a thousand. */
const readInteger = (text: string): number | undefined => {
  const [, sign, digits = ''] = /^([+-]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+|[\d_]+)$/.exec(text) ?? [];
  const plain = digits.replaceAll('_', '').replace(/^0(?=[0-7]+$)/, '0o');
  const value = plain === '' ? Number.NaN : Number(plain);
  if (!Number.isSafeInteger(value)) return undefined;
  return sign === '-' ? -value : value;
};
