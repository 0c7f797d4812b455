import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readClientStatus } from '../../../src/frp/api/clientApi.js';
import * as v2 from '../../../src/frp/api/serverApi.js';
import * as v1 from '../../../src/frp/api/serverApiV1.js';

const VERSIONS = ['0.52.3', '0.61.2', '0.71.0'];
const folder = (version: string): URL => new URL(`../../fixtures/frp-${version}/`, import.meta.url);

interface Read {
  /** Items that made no sense. */
  readonly malformed: number;
}

/** How each kind of recorded body is read, by the end of its file's name (tools/recordFixtures.mjs). */
const READERS: readonly { readonly end: RegExp; readonly read: (body: unknown, type: string) => Read }[] = [
  { end: /\.info\.json$/, read: (body) => ({ ...v2.readServerInfo(body), malformed: 0 }) },
  { end: /\.serverinfo\.json$/, read: (body) => ({ ...v1.readServerInfo(body), malformed: 0 }) },
  { end: /\.proxies\.json$/, read: (body) => v2.readServerProxies(body) },
  { end: /\.proxy-(\w+)\.json$/, read: (body, type) => v1.readServerProxies(body, type) },
  { end: /\.clients\.json$/, read: (body) => v2.readServerClients(body) },
  { end: /\.frpc\d?-status\.json$/, read: (body) => readClientStatus(body) },
];

describe.each(VERSIONS)('every body that a real frp %s answered in a recorded scenario', (version) => {
  const bodies = readdirSync(folder(version)).flatMap((name) =>
    READERS.flatMap(({ end, read }) => {
      const match = end.exec(name);
      return match === null ? [] : [{ name, type: match[1] ?? '', read }];
    }),
  );

  it('is there, of each kind that the version has', () => {
    expect(bodies.length).toBeGreaterThan(80);
  });

  it('is read, and no item of it is left out', () => {
    const read = bodies.map((each) => {
      const body: unknown = JSON.parse(readFileSync(new URL(each.name, folder(version)), 'utf8'));
      return [each.name, each.read(body, each.type).malformed];
    });
    expect(read.filter(([, malformed]) => malformed !== 0)).toEqual([]);
  });
});
