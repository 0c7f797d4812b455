import { BARE_CLIENT_ROWS, BARE_SERVER_ROWS } from '../../../src/frp/log/bareRows.js';
import { CLIENT_ROWS } from '../../../src/frp/log/clientRows.js';
import type { FrpLogMeaning } from '../../../src/frp/log/FrpLogMeaning.js';
import type { LogRow } from '../../../src/frp/log/LogRow.js';
import { readBareMeaning, readLogMeaning } from '../../../src/frp/log/readLogMeaning.js';
import { SERVER_ROWS } from '../../../src/frp/log/serverRows.js';
import { TRACE_ROWS } from '../../../src/frp/log/traceRows.js';
import { VISITOR_ROWS } from '../../../src/frp/log/visitorRows.js';

/** What a field of a row may hold; text that is not kept is a word. */
const EXAMPLES: Readonly<Record<string, string>> = {
  '': 'word',
  '*': 'site.example',
  proxy: 'alice.my ssh',
  proxies: 'ssh web',
  address: '192.0.2.7:50123',
  type: 'tcp',
  port: '6000',
  path: '/api/v2/proxies',
  version: '0.71.0',
  hostname: 'box',
  os: 'linux',
  arch: 'amd64',
  by: '4d541f33a8163a5b',
  runId: '4d541f33a8163a5b',
  error: 'the dog ate it',
};

/** The message of a row, as frp would write it with these fields. */
export const lineOf = (text: string, fields: Readonly<Record<string, string>> = {}): string =>
  text.replace(/\{([\w*]*)\}/g, (_, name: string) => {
    const value = fields[name] ?? EXAMPLES[name];
    if (value === undefined) throw new Error(`expected an example of {${name}}`);
    return value;
  });

export const fieldsOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** The example of a field as its meaning has it. */
export const meantBy = (name: string, text = EXAMPLES[name]): unknown => (name === 'proxies' ? text?.split(' ') : text);

interface Table {
  readonly rows: readonly LogRow[];
  readonly read: (message: string) => FrpLogMeaning | undefined;
}

export const TABLES: Readonly<Record<string, Table>> = {
  frps: { rows: SERVER_ROWS, read: (message) => readLogMeaning('server', message) },
  frpc: { rows: [...CLIENT_ROWS, ...VISITOR_ROWS], read: (message) => readLogMeaning('client', message) },
  'frps at trace level': { rows: TRACE_ROWS, read: (message) => readLogMeaning('server', message) },
  'frpc at trace level': { rows: TRACE_ROWS, read: (message) => readLogMeaning('client', message) },
  'frps outside its log': { rows: BARE_SERVER_ROWS, read: (text) => readBareMeaning('server', text) },
  'frpc outside its log': { rows: BARE_CLIENT_ROWS, read: (text) => readBareMeaning('client', text) },
};

export const EVERY_ROW = Object.entries(TABLES).flatMap(([table, { rows, read }]) =>
  rows.map((row) => ({ table, read, row, text: row.text })),
);
