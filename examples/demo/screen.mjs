const COLUMNS = ['TUNNEL', 'TYPE', 'FRPS', 'FRPC', 'OPEN', 'CONNECTIONS', 'IN', 'OUT', 'IN/s', 'OUT/s', 'ERRORS'];
const LIVE_INTERVAL_MS = 1_000;
const LINE_INTERVAL_MS = 5_000;

/** @typedef {import('./OtlpTap.mjs').Point} Point */

/**
 * Shows the tunnels as they were exported: a table that is redrawn in a terminal, else a line per tunnel every 5 s.
 *
 * @param {{ tap: import('./OtlpTap.mjs').OtlpTap, handle: { metricsUrl: string | undefined }, live: boolean }} options
 */
export function startScreen({ tap, handle, live }) {
  const startedAt = Date.now();
  const table = () => [COLUMNS, ...tunnels(tap)].map(row).join('\n');
  const footer = () =>
    [
      `Metrics: ${handle.metricsUrl ?? 'not served'}`,
      ...tap.upstreams.map((url) => `OTLP: ${url}`),
      'Ctrl-C ends the demo.',
    ].join('\n');

  let drawn = 0;
  const draw = () => {
    const text = `${table()}\n\n${footer()}\n`;
    process.stderr.write(`${drawn > 0 ? `\x1b[${drawn}A\x1b[J` : '\n'}${text}`);
    drawn = text.split('\n').length - 1;
  };
  const print = () => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    for (const cells of tunnels(tap)) process.stderr.write(`${`${seconds} s`.padEnd(7)}${named(cells)}\n`);
  };
  if (!live) process.stderr.write(`${footer()}\n`);
  const timer = setInterval(live ? draw : print, live ? LIVE_INTERVAL_MS : LINE_INTERVAL_MS);
  return { table, stop: () => clearInterval(timer) };
}

/** @param {import('./OtlpTap.mjs').OtlpTap} tap */
function tunnels(tap) {
  const status = tap.points('frp.proxy.status');
  const names = [...new Set(status.map(({ attributes }) => attributes['frp.proxy.name'] ?? ''))].sort();
  return names.map((name) => {
    /**
     * @param {string} metric
     * @param {Record<string, string>} [wanted]
     */
    const of = (metric, wanted = {}) =>
      tap.points(metric).filter(({ attributes }) => matches(attributes, { ...wanted, 'frp.proxy.name': name }));
    const state = (/** @type {string} */ role) =>
      of('frp.proxy.status', { 'frp.role': role }).find(({ value }) => value === 1)?.attributes['frp.proxy.state'] ??
      '-';
    const io = (/** @type {string} */ metric, /** @type {string} */ direction) =>
      bytes(of(metric, { 'frp.traffic.direction': direction }));
    const connections = of('frp.proxy.connections');
    return [
      name,
      status.find(({ attributes }) => attributes['frp.proxy.name'] === name)?.attributes['frp.proxy.type'] ?? '-',
      state('server'),
      state('client'),
      count(of('frp.proxy.connection.active')),
      count(connections.filter(({ attributes }) => attributes['error.type'] === undefined)),
      io('frp.proxy.io', 'in'),
      io('frp.proxy.io', 'out'),
      io('frp.proxy.throughput', 'in'),
      io('frp.proxy.throughput', 'out'),
      count(connections.filter(({ attributes }) => attributes['error.type'] !== undefined)),
    ];
  });
}

/**
 * @param {Record<string, string>} attributes
 * @param {Record<string, string>} wanted
 */
const matches = (attributes, wanted) => Object.entries(wanted).every(([key, value]) => attributes[key] === value);

/** @param {readonly Point[]} points */
const sum = (points) => points.reduce((total, { value }) => total + value, 0);

/** @param {readonly Point[]} points `-` where nobody can know */
const count = (points) => (points.length === 0 ? '-' : String(sum(points)));

/** @param {readonly Point[]} points */
const bytes = (points) => {
  if (points.length === 0) return '-';
  const value = sum(points);
  if (value < 1_000) return `${Math.round(value)} B`;
  return value < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(1)} MB`;
};

/** @param {string[]} cells */
const row = (cells) =>
  cells
    .map((cell, index) => cell.padEnd(index === 0 ? 10 : Math.max(9, (COLUMNS[index] ?? '').length + 2)))
    .join('')
    .trimEnd();

/** @param {string[]} cells */
const named = (cells) =>
  cells.map((cell, index) => (index === 0 ? cell : `${(COLUMNS[index] ?? '').toLowerCase()}=${cell}`)).join(' ');
