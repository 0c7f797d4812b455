import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { FrpOtel } from '../support/FrpOtel.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { describeWithFrp, RealFrp, temporaryFolder } from '../support/realFrp.js';

jest.setTimeout(60_000);

const REGISTER = new URL('../../dist/register.js', import.meta.url).href;
const CLIENT = 'serverAddr = "127.0.0.1"\nserverPort = 1\nloginFailExit = false\n';

describeWithFrp('a config file of our own', (folder) => {
  const files = temporaryFolder();
  let sink: OtlpSink;
  let settings: string;

  beforeAll(async () => {
    sink = await OtlpSink.start();
    settings = files.write(
      'frp-otel.yaml',
      'serverName: of-the-file\ncollectionIntervalMillis: 300\nstateDirectory: /nowhere\nthresholds:\n  serverCpu: 0.5\n',
    );
  });
  afterAll(async () => {
    await sink?.stop();
    files.remove();
  });

  /** The names of the server that arrived with records of a process. */
  const serverNames = (pid: number | undefined) =>
    new Set(
      sink.logRecords
        .filter(({ attributes }) => attributes['process.pid'] === pid)
        .map(({ attributes }) => attributes['frp.server.name']),
    );

  it('is read by a preloaded program, and a variable wins over it', async () => {
    const frpc = files.write('preload.toml', CLIENT);
    const program = `import { spawn } from 'node:child_process';
const child = spawn(${JSON.stringify(`${folder}/frpc`)}, ['-c', ${JSON.stringify(frpc)}], { stdio: ['ignore', 'pipe', 'ignore'] });
console.log(child.pid);
child.stdout.once('data', () => setTimeout(() => child.kill('SIGTERM'), 200));`;
    const child = spawn(process.execPath, ['--import', REGISTER, '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
        FRP_OTEL_CONFIG: settings,
        FRP_OTEL_STATE_DIRECTORY: `${files.path}/state`,
      },
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(serverNames(Number(printed))).toEqual(new Set(['of-the-file']));
    expect(sink.errors).toEqual([]);
  });

  it('is read by observe, below variables and options', async () => {
    const frpc = RealFrp.start(
      folder,
      'frpc',
      files.write('observe.toml', `${CLIENT}log.to = "${files.path}/frpc.log"\n`),
    );
    try {
      const env = {
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
        FRP_OTEL_STATE_DIRECTORY: `${files.path}/other`,
        FRP_OTEL_PROMETHEUS: 'false',
      };
      const args = ['observe', '--settings', settings, '--pid', String(frpc.child.pid)];
      await using frpOtel = new FrpOtel(args, env);
      await frpOtel.printed(/ looks every 0\.3 s\n/);
      await frpOtel.printed(new RegExp(`  state: ${files.path}/other\n`));
      await frpOtel.printed(/, server of-the-file/);
      expect((await frpOtel.end('SIGTERM')).code).toBe(0);
      expect(frpOtel.stdout).not.toContain('Prometheus:');

      await using named = new FrpOtel([...args, '--server-name', 'of-the-option', '--interval', '0.5'], env);
      await named.printed(/ looks every 0\.5 s\n[\s\S]*, server of-the-option/);
      expect((await named.end('SIGTERM')).code).toBe(0);
    } finally {
      await frpc.end();
    }
  });

  it('that is wrong ends a command with its line', async () => {
    const wrong = files.write('wrong.json', '{\n  "maxProxies": 0\n}');
    await using frpOtel = new FrpOtel(['observe'], { FRP_OTEL_CONFIG: wrong, FRP_OTEL_SOCKETS: 'x' });
    expect((await frpOtel.ended()).code).toBe(2);
    expect(frpOtel.stderr).toContain(
      `frp-otel: FRP_OTEL_SOCKETS: expected true or false, received "x"; ${wrong}:2: maxProxies: expected a whole number, 1 to 100000, received 0\n`,
    );
  });
});
