import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { PROVISIONING, renderGrafanaFolder } from '../../src/grafana/renderGrafanaFolder.js';
import { RENDERED_FOLDERS } from '../../tools/grafana/folders.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Datasource {
  readonly name: string;
  readonly uid: string;
  readonly type: string;
  readonly url: string;
  readonly jsonData?: unknown;
}

interface Group {
  readonly folder: string;
  readonly rules: readonly {
    readonly uid: string;
    readonly title: string;
    readonly isPaused: boolean;
    readonly data: readonly { readonly datasourceUid: string }[];
  }[];
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly templating: {
    readonly list: readonly {
      readonly type: string;
      readonly label: string;
      readonly query?: unknown;
      readonly current?: { readonly value?: unknown };
    }[];
  };
}

/** Relative to the folder, with `/`. */
const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();

const builds = RENDERED_FOLDERS.map(({ path, dialect }) => {
  const folder = join(ROOT, path);
  const paths = filesOf(folder);
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const parsed = <Content>(pattern: RegExp): readonly Content[] =>
    paths.filter((file) => pattern.test(file)).map((file) => parse(read(file)) as Content);
  return {
    path,
    dialect,
    folder,
    paths,
    read,
    providers: parsed<{ readonly providers: readonly { folder: string; options: { path: string } }[] }>(
      /^dashboards\/[^/]+\.yaml$/,
    ).flatMap(({ providers }) => providers),
    dashboards: parsed<Dashboard>(/^dashboards\/.*\.json$/),
    datasources: parsed<{ readonly datasources: readonly Datasource[] }>(/^datasources\//).flatMap(
      ({ datasources }) => datasources,
    ),
    groups: parsed<{ readonly groups: readonly Group[] }>(/^alerting\//).flatMap(({ groups }) => groups),
  };
});

describe.each(builds)('$path', ({ dialect, folder, paths, read, providers, dashboards, datasources, groups }) => {
  const rendered = renderGrafanaFolder({ dialect, rules: DEFAULT_RULES, runbookUrl: undefined, existing: {} });

  it('has the files that are rendered, and no other', () => {
    expect(paths).toEqual(rendered.map(({ path }) => path).sort());
  });

  it.each(rendered.map(({ path, text }) => [path, text] as const))(
    '%s is as it is rendered: `node tools/grafana.mjs` writes it anew',
    (path, text) => {
      expect(read(path) === text).toBe(true); // not toBe(text): the difference of two dashboards is pages long
    },
  );

  it('has its dashboards where Grafana looks for them, when the folder is its provisioning folder', () => {
    const [provider] = providers;
    const place = provider?.options.path.slice(PROVISIONING.length + 1) ?? '';
    expect(provider?.options.path).toBe(`${PROVISIONING}/${place}`);
    expect(filesOf(join(folder, place))).toHaveLength(dashboards.length);
    expect(dashboards.length).toBeGreaterThanOrEqual(6);
  });

  it('has dashboards and rules in one folder, which no dashboard is called like', () => {
    expect([...new Set([...providers, ...groups].map((each) => each.folder))]).toHaveLength(1);
    expect(dashboards.map(({ title }) => title)).not.toContain(providers[0]?.folder);
  });

  it('asks data sources that it has', () => {
    const uids = datasources.map(({ uid }) => uid);
    const chosen = dashboards.flatMap(({ templating }) =>
      templating.list
        .filter(({ type }) => type === 'datasource')
        .map(({ query, current }) => [query, datasources.find(({ uid }) => uid === current?.value)?.type]),
    );
    // Of Jaeger there is none: who has one chooses it.
    expect(chosen.filter(([wanted, found]) => wanted !== found && wanted !== 'jaeger')).toEqual([]);
    expect(chosen.length).toBeGreaterThanOrEqual(dashboards.length);
    const asked = groups.flatMap(({ rules }) =>
      rules.flatMap(({ data }) => data.map(({ datasourceUid }) => datasourceUid)),
    );
    expect([...new Set(asked)].sort()).toEqual(['__expr__', 'frp-prometheus']);
    expect(uids).toContain('frp-prometheus');
    const linked = [...JSON.stringify(datasources).matchAll(/"(?:datasourceUid|alertmanagerUid)":"([^"]*)"/g)];
    expect(linked.map(([, uid = '']) => uid)).toEqual(['frp-alertmanager', 'frp-tempo', 'frp-loki']);
    expect(linked.filter(([, uid = '']) => !uids.includes(uid))).toEqual([]);
  });

  it('leaves data sources alone that are there already, which Grafana finds by their names', () => {
    expect(datasources.filter(({ name }) => !name.startsWith('frp '))).toEqual([]);
    expect(datasources.filter(({ url }) => !url.startsWith('http://127.0.0.1:'))).toEqual([]);
    expect(JSON.stringify(datasources)).not.toContain('isDefault');
  });

  it('leads from a log record to its trace and back, with no variable that Grafana would replace at its start', () => {
    const json = (uid: string) => datasources.find((each) => each.uid === uid)?.jsonData;
    expect(json('frp-loki')).toMatchObject({
      derivedFields: [{ matcherType: 'label', matcherRegex: 'trace_id', url: '$${__value.raw}' }],
    });
    expect(json('frp-tempo')).toMatchObject({
      tracesToLogsV2: { customQuery: true, query: expect.stringContaining('| trace_id="$${__trace.traceId}"') },
    });
    expect(JSON.stringify(datasources).replaceAll('$$', '')).not.toContain('$');
  });

  it('has a few rules on, all others paused', () => {
    const rules = groups.flatMap((group) => group.rules);
    const on = rules.filter(({ isPaused }) => !isPaused);
    expect(rules).toHaveLength(DEFAULT_RULES.length);
    expect(on.length).toBeGreaterThan(0);
    expect(on.length).toBeLessThan(rules.length / 2);
  });
});

describe('both builds in one Grafana', () => {
  const both = <Value>(of: (build: (typeof builds)[number]) => readonly Value[]): readonly Value[] =>
    builds.flatMap(of);

  it.each([
    ['uids of dashboards', both(({ dashboards }) => dashboards.map(({ uid }) => uid))],
    ['titles of dashboards', both(({ dashboards }) => dashboards.map(({ title }) => title))],
    ['uids of rules', both(({ groups }) => groups.flatMap(({ rules }) => rules.map(({ uid }) => uid)))],
    [
      'titles of rules in a folder',
      both(({ groups }) => groups.flatMap(({ folder, rules }) => rules.map(({ title }) => `${folder}/${title}`))),
    ],
  ])('have %s of their own', (_, found) => {
    expect(found.length).toBeGreaterThan(10);
    expect(found.filter((each, index) => found.indexOf(each) !== index)).toEqual([]);
  });

  it('have no file of one name but that of the data sources, which is the same', () => {
    const all = both(({ paths }) => paths);
    expect(all.filter((each, index) => all.indexOf(each) !== index)).toEqual(['datasources/frp.yaml']);
    const [one, other] = builds.map(({ read }) => read('datasources/frp.yaml'));
    expect(one).toBe(other);
  });
});

describe('with data sources that Grafana has already', () => {
  const existing = { prometheus: 'mimir', loki: 'loki-1' };
  const files = renderGrafanaFolder({ dialect: 'collector', rules: DEFAULT_RULES, runbookUrl: undefined, existing });
  const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? '';

  it('asks those, and has those that are missing, which lead to them', () => {
    const { datasources } = parse(textOf('datasources/frp.yaml')) as { datasources: readonly Datasource[] };
    expect(datasources).toMatchObject([
      { uid: 'frp-tempo', jsonData: { tracesToLogsV2: { datasourceUid: 'loki-1' } } },
    ]);
    expect(textOf('alerting/frp-alerts.yml')).toMatch(/datasourceUid: mimir$/m);
    const all = files.map(({ text }) => text).join('');
    expect(all).not.toContain('frp-prometheus');
    expect(all).not.toContain('frp-loki');
    const { templating } = JSON.parse(textOf('dashboards/frp/overview.json')) as Dashboard;
    expect(templating.list.find(({ query }) => query === 'prometheus')?.current?.value).toBe('mimir');
  });

  it('has none where all are there', () => {
    const all = { ...existing, tempo: 'tempo-1' };
    const paths = renderGrafanaFolder({
      dialect: 'own',
      rules: DEFAULT_RULES,
      runbookUrl: undefined,
      existing: all,
    }).map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith('datasources'))).toEqual([]);
    expect(paths).toContain('alerting/frp-alerts-own-metrics.yml');
  });
});

it('README.md tells of each dashboard and each variable', () => {
  const readme = readFileSync(join(ROOT, 'examples/grafana/README.md'), 'utf8');
  const told = new Set([...readme.matchAll(/^\| ([^|`]+?) \|/gm)].flatMap(([, words = '']) => words.split(', ')));
  const [collector] = builds;
  const titles = collector?.dashboards.map(({ title }) => title.replace(/^frp /, '')) ?? [];
  const labels = collector?.dashboards.flatMap(({ templating }) => templating.list.map(({ label }) => label)) ?? [];
  expect(labels).toContain('Proxy matches');
  expect([...new Set([...titles, ...labels])].filter((each) => !told.has(each))).toEqual([]);
});
