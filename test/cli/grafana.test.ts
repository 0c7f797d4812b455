import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { diag } from '@opentelemetry/api';
import { parse } from 'yaml';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { UsageError } from '../../src/cli/Command.js';
import { grafana } from '../../src/cli/grafana.js';
import { renderCommandHelp } from '../../src/cli/renderHelp.js';
import { renderGrafanaFolder } from '../../src/grafana/renderGrafanaFolder.js';
import { Children } from '../sources/fakeFrp.js';
import { runModule } from '../sources/runModule.js';
import { fakeIo } from './fakeIo.js';
import { expectGolden } from './golden.js';
import { OWN_RULE } from './ownRule.js';

const folder = mkdtempSync(join(tmpdir(), 'frp-otel-grafana-'));
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string): string => join(folder, name);
const write = (name: string, text: string): string => {
  writeFileSync(inFolder(name), text);
  return inFolder(name);
};

const run = async (...args: readonly string[]) => {
  const { io, printed } = fakeIo();
  try {
    const code = await grafana.run(args, io);
    return { code, ...printed };
  } finally {
    diag.disable(); // the command has it speak on its stderr
  }
};

const DEFAULTS = { dialect: 'collector', rules: DEFAULT_RULES, runbookUrl: undefined, existing: {} } as const;

describe('frp-otel grafana', () => {
  it('explains itself', () => {
    expectGolden('grafana-help', renderCommandHelp(grafana));
  });

  it('writes what examples/grafana has, and says what it wrote and what to do next', async () => {
    const out = inFolder('collector');
    const { code, stdout, stderr } = await run('--out', out);
    const files = renderGrafanaFolder(DEFAULTS);
    expect([code, stderr]).toEqual([0, '']);
    for (const { path, text } of files) expect(readFileSync(join(out, path), 'utf8')).toBe(text);
    expect(stdout.split('\n')).toEqual([
      ...files.map(({ path }) => join(out, path)),
      `Next: copy what is in ${out} to /etc/grafana/provisioning of Grafana (another place: also the path in dashboards/frp.yaml) and restart it.`,
      'Before, set the URLs in datasources/frp.yaml of what is not on its host. Then open /d/frp-overview there.',
      '',
    ]);
  });

  it('writes both dialects into one folder', async () => {
    const out = inFolder('collector');
    const { stdout } = await run('--out', out, '--dialect', 'own');
    expect(stdout).toContain('Then open /d/frp-own-metrics-overview there.');
    expect(readdirSync(join(out, 'dashboards')).sort()).toEqual([
      'frp',
      'frp-own-metrics',
      'frp-own-metrics.yaml',
      'frp.yaml',
    ]);
    expect(readdirSync(join(out, 'alerting')).sort()).toEqual(['frp-alerts-own-metrics.yml', 'frp-alerts.yml']);
  });

  it('takes the data sources that Grafana has: a uid alone is that of Prometheus', async () => {
    const out = inFolder('datasources');
    const datasource = ['mimir', 'loki=loki_1', 'tempo=T-1', 'jaeger=j'].flatMap((each) => ['--datasource', each]);
    const { code, stdout } = await run('--out', out, ...datasource);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nThen open \/d\/frp-overview there\.\n$/);
    expect(existsSync(join(out, 'datasources'))).toBe(false);
    expect(readFileSync(join(out, 'alerting/frp-alerts.yml'), 'utf8')).toMatch(/datasourceUid: mimir$/m);
    const existing = { prometheus: 'mimir', loki: 'loki_1', tempo: 'T-1', jaeger: 'j' };
    const overview = renderGrafanaFolder({ ...DEFAULTS, existing }).find(({ path }) => path.endsWith('overview.json'));
    expect(readFileSync(join(out, 'dashboards/frp/overview.json'), 'utf8')).toBe(overview?.text);
  });

  it('takes thresholds, own rules and the page of runbooks from the settings', async () => {
    const settings = write(
      'good.yaml',
      `thresholds: { serverMemory: 123456789 }
alertRules:
  runbookUrl: https://wiki.example.com/frp
${OWN_RULE}`,
    );
    const out = inFolder('settings');
    expect((await run('--out', out, '--settings', settings)).code).toBe(0);
    const { groups } = parse(readFileSync(join(out, 'alerting/frp-alerts.yml'), 'utf8')) as {
      groups: readonly { rules: readonly { title: string; annotations: Record<string, string> }[] }[];
    };
    const own = groups.flatMap(({ rules }) => rules).find(({ title }) => title === 'ManyThreads');
    expect(own?.annotations.runbook_url).toBe('https://wiki.example.com/frp#manythreads');
    expect(readFileSync(join(out, 'dashboards/frp/overview.json'), 'utf8')).toContain('"value": 123456789');
  });

  it('names what is wrong in the settings, and writes nothing', async () => {
    const settings = write('bad.yaml', 'thresholds: { serverMemory: -1 }\n');
    const { code, stdout, stderr } = await run('--out', inFolder('nothing'), '--settings', settings);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('thresholds.serverMemory');
    expect(existsSync(inFolder('nothing'))).toBe(false);
  });

  it('names the files in its place that it does not write any more, and leaves them', async () => {
    const out = inFolder('older');
    mkdirSync(join(out, 'dashboards/frp'), { recursive: true });
    mkdirSync(join(out, 'datasources'));
    const old = ['dashboards/frp/gone.json', 'datasources/frp.yaml', 'datasources/mine.yaml'];
    for (const path of old) write(`older/${path}`, '{}');
    const datasource = ['p', 'loki=l', 'tempo=t'].flatMap((each) => ['--datasource', each]);
    const { code, stderr } = await run('--out', out, ...datasource);
    expect(code).toBe(0);
    expect(stderr.split('\n')).toEqual([
      `${join(out, 'dashboards/frp/gone.json')}: not written now, and left as it is: an older release or other options wrote it`,
      `${join(out, 'datasources/frp.yaml')}: not written now, and left as it is: an older release or other options wrote it`,
      '',
    ]);
    expect(old.filter((path) => !existsSync(join(out, path)))).toEqual([]);
    expect((await run('--out', out)).stderr).not.toContain('datasources');
  });

  it('says which file cannot be written', async () => {
    const file = write('file', '');
    await expect(run('--out', join(file, 'x'))).rejects.toThrow(
      `${join(file, 'x', 'dashboards/frp.yaml')}: it cannot be written (ENOTDIR)`,
    );
  });

  it.each([
    [[], '--out: expected the folder to write to'],
    [['--out', ''], '--out: expected the folder to write to'],
    [['--out', 'x', 'y'], 'expected options only, found "y"'],
    [['--out', 'x', '--dialect', 'owm'], '--dialect: expected collector or own, found "owm"; did you mean own?'],
    [
      ['--out', 'x', '--datasource', 'lokki=x'],
      '--datasource: expected UID, prometheus=UID, loki=UID, tempo=UID or jaeger=UID, found "lokki=x"; did you mean loki?',
    ],
    [
      ['--out', 'x', '--datasource', 'loki='],
      '--datasource: expected the uid of the data source, 1 to 40 letters, digits, - and _, found ""',
    ],
    [['--out', 'x', '--datasource', ''], 'found ""'],
    [['--out', 'x', '--datasource', `tempo=${'t'.repeat(41)}`], `found "${'t'.repeat(41)}"`],
    [['--out', 'x', '--datasource', 'prometheus=a=b'], 'found "a=b"'],
    [['--out', 'x', '--datasource', '$PROMETHEUS'], 'found "$PROMETHEUS"'],
    [['--out', 'x', '--datasource', 'p\n'], 'found "p\\n"'],
    [
      ['--out', 'x', '--datasource', 'p', '--datasource', 'prometheus=q'],
      '--datasource: expected one for prometheus, found p and q',
    ],
  ])('%j is a wrong command line', async (args, message) => {
    const refused = run(...args);
    await expect(refused).rejects.toBeInstanceOf(UsageError);
    await expect(refused).rejects.toThrow(message);
    expect(existsSync('x')).toBe(false);
  });
});

describe('without the SDK of Grafana, which is an optional dependency', () => {
  /** As if it were not installed. */
  const WITHOUT = `import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(\`export const resolve = (specifier, context, next) => {
      if (!specifier.startsWith('@grafana/')) return next(specifier, context);
      throw Object.assign(new Error("Cannot find package '" + specifier + "'"), { code: 'ERR_MODULE_NOT_FOUND' });
    };\`));
    const { runCommandLine } = await import('./src/cli/runCommandLine.ts');
    const { COMMANDS } = await import('./src/cli/commands.ts');`;
  const runWithout = async (args: readonly string[]) => {
    await using children = new Children();
    const text = `${WITHOUT}
      await import('./src/index.ts');
      process.exitCode = await runCommandLine(${JSON.stringify(args)}, COMMANDS, process);`;
    return await runModule(text, children);
  };

  it('says how to install it', async () => {
    const { optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      optionalDependencies: Record<string, string>;
    };
    const [[name, version] = []] = Object.entries(optionalDependencies);
    const { code, stdout, stderr } = await runWithout(['grafana', '--out', inFolder('without')]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`npm install ${name}@${version}`);
    expect(existsSync(inFolder('without'))).toBe(false);
  });

  it('all else works: neither the library nor another command loads it', async () => {
    const { code, stdout, stderr } = await runWithout(['rules', 'render', '--for', 'grafana']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('FrpServerDown');
  });
});
