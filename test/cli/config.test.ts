import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { diag } from '@opentelemetry/api';
import { UsageError } from '../../src/cli/Command.js';
import { config } from '../../src/cli/config.js';
import { readLookSettings, readSettings } from '../../src/cli/settings.js';
import { fakeIo } from './fakeIo.js';

const folder = mkdtempSync(join(tmpdir(), 'frp-otel-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => diag.disable()); // the command has it speak on its stderr

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const run = async (args: readonly string[], env: Record<string, string> = {}) => {
  const { io, printed } = fakeIo(env);
  const code = await config.run(args, io);
  return { code, ...printed };
};

const GOOD = file(
  'good.yaml',
  'maxProxies: 5\nthresholds:\n  serverCpu: 0.5\nprobes:\n  targets:\n    - { proxy: a, url: "http://ann:secret@h/" }\n',
);
const WRONG = file('wrong.toml', 'maxProxies = 0\n[thresholds]\nfoo = 1\n');

describe('frp-otel config', () => {
  it('check prints what is in force and where it comes from, without secrets', async () => {
    const { code, stdout, stderr } = await run(['check', GOOD], { FRP_OTEL_SERVER_NAME: 'eu' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(lines).toEqual(
      expect.arrayContaining([
        ['maxProxies', '5', `${GOOD}:1`],
        ['serverName', '"eu"', 'FRP_OTEL_SERVER_NAME'],
        ['thresholds.serverCpu', '0.5', `${GOOD}:3`],
        ['thresholds.serverClients', '100', 'default'],
        ['probes.targets', '[{"proxy":"a","url":"http://…@h/"}]', `${GOOD}:5`],
        ['probes.intervalMillis', '30000', 'default'],
      ]),
    );
    expect(stdout).not.toContain('secret');
  });

  it('check shows no password in a place that is not meant for one', async () => {
    const json = '[{"proxy":"web=http:/u:hunter2@h","url":"tcp://h:1"},{"proxy":"b","url":"http://h/?token=hunter2"}]';
    const env = { FRP_OTEL_PROBES_TARGETS: json, FRP_OTEL_EXECUTABLE_NAMES_SERVER: 'hunter2@h' };
    for (const args of [['check'], ['check', '--json']]) {
      const { code, stdout } = await run(args, env);
      expect(code).toBe(0);
      expect(stdout).toMatch(/"proxy": ?"…@h"/);
      expect(stdout).not.toContain('hunter2');
    }
  });

  it('check shows no path of a URL that alerts are sent to', async () => {
    const alerts = {
      alertmanagers: [{ url: 'http://a:9093' }, { url: 'http://a/alerts/hunter2/' }],
      webhooks: [{ url: 'https://ann:hunter2@h/services/hunter2' }, { url: 'https://h/?hunter2' }],
    };
    const env = {
      FRP_OTEL_ALERTS_ALERTMANAGERS: JSON.stringify(alerts.alertmanagers),
      FRP_OTEL_ALERTS_WEBHOOKS: JSON.stringify(alerts.webhooks),
    };
    for (const args of [['check'], ['check', '--json']]) {
      const { code, stdout } = await run(args, env);
      expect(code).toBe(0);
      expect(stdout).not.toContain('hunter2');
      const urls = [...stdout.matchAll(/"url": ?"(.*?)"/g)].map(([, url]) => url);
      expect(urls).toEqual(['http://a:9093', 'http://a/…', 'https://…@h/…', 'https://h/…']);
    }
  });

  it.each([
    ['FRP_OTEL_ALERTS', 'https://h/hunter2'],
    ['FRP_OTEL_ALERTS_WEBHOOKS', 'https://h/hunter2'],
    ['FRP_OTEL_ALERTS_WEBHOOKS', '["https://h/hunter2"]'],
    ['FRP_OTEL_ALERTS_WEBHOOKS', '[{"url": "h/hunter2"}]'],
    ['FRP_OTEL_ALERTS_WEBHOOKS', '[{"https://h/hunter2": 1}]'],
    ['FRP_OTEL_ALERTS_EXTERNAL_URL', 'https://h/?hunter2'],
    ['FRP_OTEL_ALERT_RULES_RUNBOOK_URL', 'https://ann:hunter2@h/'],
  ])('check refuses %s=%s, and gives away no secret', async (name, text) => {
    const { code, stdout, stderr } = await run(['check'], { [name]: text });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^${name}: `));
    expect(stderr).not.toContain('hunter2');
  });

  it('check shows a view as the file has it', async () => {
    const view = { instrumentName: 'frp.proxy.io', attributeKeys: ['frp.role'] };
    const views = JSON.stringify([view]);
    const { stdout } = await run(['check', '--json'], { FRP_OTEL_VIEWS: views });
    expect(JSON.parse(stdout).views).toEqual([view]);
  });

  it.each([
    ['chek', 'expected check, options or schema, found "chek"; did you mean check?'],
    ['', 'expected check, options or schema'],
  ])('refuses %j', async (word, message) => {
    await expect(run(word === '' ? [] : [word, 'x.yaml'])).rejects.toThrow(new UsageError(message));
  });

  it('check reads the file that FRP_OTEL_CONFIG names, and prints JSON on request', async () => {
    const { code, stdout } = await run(['check', '--json'], { FRP_OTEL_CONFIG: GOOD });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ maxProxies: 5, probes: { targets: [{ url: 'http://…@h/' }] } });
    expect((await run(['check', '--json', GOOD])).stdout).toBe(stdout);
  });

  it('check says each fault on a line of its own, with exit code 1', async () => {
    expect(await run(['check', WRONG], { FRP_OTEL_SOCKETS: 'maybe' })).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        'FRP_OTEL_SOCKETS: expected true or false, received "maybe"',
        `${WRONG}:3: unknown option thresholds.foo; known are thresholds.serverCpu, thresholds.serverMemory, thresholds.serverClients, thresholds.fileDescriptors, thresholds.serverErrorRatio, thresholds.portUtilization, thresholds.loginFailures, thresholds.clientReconnects, thresholds.proxyErrorRatio, thresholds.proxyLatency, thresholds.proxyConnections`,
        `${WRONG}:1: maxProxies: expected a whole number, 1 to 100000, received 0`,
        '',
      ].join('\n'),
    });
  });

  it('options lists each with its variable', async () => {
    const { stdout } = await run(['options']);
    expect(stdout).toMatch(
      /^maxProxies\n {2}Proxies kept .*\n {2}a whole number, 1 to 100000; 10000 by default\n {2}FRP_OTEL_MAX_PROXIES$/m,
    );
    expect(stdout).toMatch(/^meterProvider \(in code only\)$/m);
  });

  it('schema prints a JSON Schema', async () => {
    const schema = JSON.parse((await run(['schema'])).stdout);
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
      properties: { maxProxies: { type: 'integer', minimum: 1, maximum: 100_000, default: 10_000 } },
    });
    expect(schema.properties).not.toHaveProperty('meterProvider');
  });

  it.each([[[]], [['chek']], [['check', GOOD, WRONG]], [['schema', 'x']]])('refuses %j', async (args) => {
    await expect(run(args)).rejects.toThrow(/expected/);
  });
});

describe('settings of a command', () => {
  it('are its options, else variables, else the file, else its defaults', () => {
    const settings = readSettings(
      { collectionIntervalMillis: undefined, prometheus: { port: 0 }, executableNames: { client: /x/ } },
      { FRP_OTEL_SERVER_NAME: 'eu', FRP_OTEL_CONFIG: '/none.yaml' },
      { file: GOOD, defaults: { stateDirectory: '/s', prometheus: { host: '::1', port: 9 } } },
    );
    expect(settings).toMatchObject({
      maxProxies: 5,
      serverName: 'eu',
      stateDirectory: '/s',
      prometheus: { host: '::1', port: 0 },
      executableNames: { client: /x/ },
    });
  });

  it('of a look serve, probe and keep nothing', () => {
    const targets = { look: { kind: 'processes', pids: [], pattern: {} }, serverName: 'eu', sockets: false } as const;
    const env = {
      FRP_OTEL_CONFIG: GOOD,
      FRP_OTEL_PROMETHEUS: 'true',
      FRP_OTEL_ALERTS: 'true',
      FRP_OTEL_STATE_DIRECTORY: '/s',
      FRP_OTEL_SOCKETS: 'true',
    };
    expect(readLookSettings(targets, env, 1_000)).toMatchObject({
      collectionIntervalMillis: 1_000,
      maxProxies: 5,
      serverName: 'eu',
      sockets: false,
      probes: undefined,
      prometheus: undefined,
      alerts: undefined,
      stateDirectory: undefined,
    });
  });
});
