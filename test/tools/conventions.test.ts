import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as upstream from '@opentelemetry/semantic-conventions/incubating';
import { parse } from 'yaml';
import { renderMetrics } from '../../src/cli/renderMetrics.js';
import * as constants from '../../src/semconv.js';
import { telemetryModel } from '../../src/telemetry/catalogue/telemetryModel.js';
import { conventionFiles, REGISTRY_FOLDER } from '../../tools/conventions/conventionFiles.mjs';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Attribute {
  readonly id?: string;
  readonly ref?: string;
  readonly type?: string | { readonly members: readonly { readonly id: string; readonly value: string }[] };
  readonly brief?: string;
  readonly stability?: string;
  readonly examples?: readonly unknown[];
  readonly requirement_level?: string | { readonly conditionally_required: string };
}

interface Group {
  readonly id: string;
  readonly type: string;
  readonly brief: string;
  readonly stability: string;
  readonly attributes: readonly Attribute[];
  readonly name?: string;
  readonly metric_name?: string;
  readonly instrument?: string;
  readonly unit?: string;
  readonly span_kind?: string;
}

const files = conventionFiles(telemetryModel, renderMetrics('markdown'), JSON.parse(read('package.json')));
const groupsOf = (file: string): readonly Group[] => parse(files[`${REGISTRY_FOLDER}/${file}`] ?? '').groups;

describe('what is written from the telemetry model', () => {
  it.each(Object.keys(files))('%s is up to date: else run node tools/conventions.mjs', (path) => {
    expect(read(path)).toBe(files[path]);
  });

  it('is all that there is in the registry', () => {
    const found = readdirSync(new URL(`../../${REGISTRY_FOLDER}`, import.meta.url));
    expect(found.map((file) => `${REGISTRY_FOLDER}/${file}`).sort()).toEqual(
      Object.keys(files)
        .filter((path) => path.startsWith(REGISTRY_FOLDER))
        .sort(),
    );
  });
});

/** The rules of Weaver's semconv.schema.json and of its resolver, as far as they concern what is in here. */
describe('the registry', () => {
  const groups = ['attributes', 'metrics', 'events', 'spans'].flatMap((kind) => groupsOf(`${kind}.yaml`));
  const all = groups.flatMap(({ attributes }) => attributes);
  const definitions = all.filter(({ id }) => id !== undefined);
  const ofOpenTelemetry = Object.entries(upstream).flatMap(([key, value]) => (key.startsWith('ATTR_') ? [value] : []));
  const known = new Set<unknown>([...definitions.map(({ id }) => id), ...ofOpenTelemetry]);

  it('says what it is, by a schema URL with its version, and that it depends on that of OpenTelemetry', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    const manifest = parse(files[`${REGISTRY_FOLDER}/manifest.yaml`] ?? '');
    expect(manifest.schema_url).toMatch(new RegExp(`^https://[^/]+/.+/${version.replaceAll('.', '\\.')}$`));
    expect(manifest.dependencies).toEqual([
      {
        schema_url: expect.stringMatching(/^https:\/\/opentelemetry\.io\/schemas\/\d+\.\d+\.\d+$/),
        registry_path: expect.stringMatching(/\/v\d+\.\d+\.\d+\.zip\[model\]$/),
      },
    ]);
  });

  it('has each group and each definition once', () => {
    const ids = groups.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    const defined = definitions.map(({ id }) => id);
    expect(defined).toEqual([...new Set(defined)]);
  });

  it.each(groups.map((group) => [group.id, group] as const))('%s has what its type must have', (_, group) => {
    expect(group.brief).toEqual(expect.any(String));
    expect(group.stability).toBe('development');
    expect(group.attributes.length).toBeGreaterThan(0);
    const { id, type, name, metric_name, instrument, unit, span_kind } = group;
    switch (type) {
      case 'attribute_group':
        return;
      case 'metric':
        expect(id).toBe(`metric.${metric_name}`);
        expect(['counter', 'gauge', 'histogram', 'updowncounter']).toContain(instrument);
        expect(unit).toEqual(expect.any(String));
        return;
      case 'event':
        expect(id).toBe(`event.${name}`);
        return;
      case 'span':
        expect(id).toMatch(/^span\.frp\./);
        expect(['client', 'server', 'producer', 'consumer', 'internal']).toContain(span_kind);
        return;
      default:
        throw new Error(`expected a type of group that Weaver knows, found ${type}`);
    }
  });

  it('has a type, a sentence, a stability and examples for each definition, and no member twice', () => {
    for (const { id, type, brief, stability, examples } of definitions) {
      expect([id, brief, stability]).toEqual([id, expect.any(String), 'development']);
      if (typeof type === 'object') {
        const ids = type.members.map((member) => member.id);
        expect(ids).toEqual([...new Set(ids)]);
      } else {
        expect(['string', 'int', 'double', 'boolean']).toContain(type);
        if (type === 'string') expect(examples?.length).toBeGreaterThan(0);
      }
    }
  });

  it('refers to attributes that are defined, here or by OpenTelemetry, and to each once in a group', () => {
    for (const { id, attributes } of groups) {
      const refs = attributes.flatMap(({ ref }) => ref ?? []);
      expect([id, refs.filter((ref) => !known.has(ref))]).toEqual([id, []]);
      expect([id, refs]).toEqual([id, [...new Set(refs)]]);
    }
    expect(all.every(({ id, ref }) => (id === undefined) !== (ref === undefined))).toBe(true);
  });

  it('has a level for each reference that is not recommended', () => {
    const levels = new Set(
      all.map(({ requirement_level: level }) => (typeof level === 'object' ? 'conditionally_required' : level)),
    );
    expect([...levels].sort()).toEqual(['conditionally_required', 'opt_in', 'required', undefined]);
  });
});

describe('the constants', () => {
  const byName = new Map<string, string>(Object.entries(constants));
  const { metrics, derivedMetrics, collectorMetrics, events, spans, attributes } = telemetryModel;
  const toConstant = (text: string) => text.replaceAll('.', '_').toUpperCase();

  it.each([
    ['METRIC', [...metrics, ...derivedMetrics, ...collectorMetrics]],
    ['EVENT', events],
    ['SPAN', spans],
    ['ATTR', attributes.filter(({ definedBy }) => definedBy === 'frp')],
  ] as const)('%s_… are the names of the model', (prefix, rows) => {
    const found = [...byName].filter(([name]) => name.startsWith(`${prefix}_FRP_`));
    expect(found).toEqual(expect.arrayContaining(rows.map(({ name }) => [`${prefix}_${toConstant(name)}`, name])));
    expect(found).toHaveLength(rows.length);
  });

  it('have each value that the model knows, but the one that OpenTelemetry has', () => {
    const expected = attributes.flatMap(({ name, values = [] }) =>
      values.map(({ value }) => [`${toConstant(name)}_VALUE_${toConstant(value)}`, value]),
    );
    expect([...byName].filter(([name]) => name.includes('_VALUE_')).sort()).toEqual(
      expected.filter(([, value]) => value !== '_OTHER').sort(),
    );
  });

  it('are literal types', () => {
    const name: 'frp.proxy.io' = constants.METRIC_FRP_PROXY_IO;
    const role: 'server' = constants.FRP_ROLE_VALUE_SERVER;
    expect([name, role, constants.ATTR_FRP_ROLE]).toEqual(['frp.proxy.io', 'server', 'frp.role']);
    expect(constants.EVENT_FRP_SERVER_STARTED).toBe('frp.server.started');
    expect(constants.SPAN_FRP_CLIENT_LOGIN).toBe('frp.client.login');
  });
});
