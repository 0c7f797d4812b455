import { describe, expect, it } from '@jest/globals';
import type { DoctorFacts, InstanceFacts } from '../../../src/cli/doctor/DoctorFacts.js';
import { type Diagnosis, diagnose } from '../../../src/cli/doctor/diagnose.js';
import { INSTANCE_CHECKS } from '../../../src/cli/doctor/instanceChecks.js';
import { MACHINE_CHECKS } from '../../../src/cli/doctor/machineChecks.js';
import { renderDiagnosis } from '../../../src/cli/doctor/renderDiagnosis.js';
import { expectGolden } from '../golden.js';
import { configOf, facts, frpc, frps, sources } from './fixedFacts.js';

const textOf = (diagnosis: Diagnosis): string =>
  renderDiagnosis(diagnosis, { width: 80, paint: (_style, text) => text }).join('\n');

const notWell = (of: DoctorFacts) =>
  diagnose(of).findings.flatMap(({ check, state }) => (state === 'ok' ? [] : [`${state} ${check}`]));
const ofOne = (instance: InstanceFacts) => notWell(facts({ instances: [instance] }));

describe('diagnose', () => {
  it('says of all that is well that it is', () => {
    expectGolden('doctor-well', textOf(diagnose(facts())));
    expect(diagnose(facts()).ok).toBe(true);
  });

  it('gives the exact lines for whatever frps and frpc lack', () => {
    const instances = [
      frps(
        {
          config: configOf('bindPort = 7000\nlog.level = "warn"', 'server'),
          log: { path: '/var/log/frps.log', problem: undefined, hasColours: true, zoneShift: 120 },
        },
        {
          version: '0.61.2',
          sources: sources({
            api: ['off', 'webServer.port is not set in its config file: set it to have bytes'],
            log: ['degraded', 'its log.level is warn'],
          }),
        },
      ),
      frpc(
        {
          configPath: '/etc/frp/frpc.ini',
          config: configOf(
            '[common]\nserver_addr = edge\n[web]\nlocal_port = 80\nbandwidth_limit = 1MB\nbandwidth_limit_mode = server',
            'client',
          ),
          log: undefined,
        },
        {
          sources: sources({
            api: ['off', 'webServer.port is not set in its config file'],
            log: ['off', 'its stdout is /dev/null'],
          }),
        },
      ),
      frpc(
        { log: { path: '/var/log/frpc.log', problem: 'this user may not read it', hasColours: false, zoneShift: 0 } },
        {
          name: 'frpc@host of another user',
          sources: sources({
            log: ['degraded', '/var/log/frpc.log: this user may not read it'],
            api: [
              'degraded',
              'it refused user and password (401): expected webServer.user and webServer.password of the config that it was started with',
            ],
          }),
        },
      ),
    ];
    const diagnosis = diagnose(
      facts({
        instances,
        isRoot: false,
        ss: undefined,
        prometheus: { address: '127.0.0.1:9464', holder: 'other' },
        otlp: [{ endpoint: 'http://localhost:4318', isGiven: false, problem: 'connection refused' }],
        stateFolder: { path: '/var/lib/frp-otel', problem: 'this user may not write there', free: 5e9 },
        logFolders: [{ path: '/var/log', problem: undefined, free: 12_000_000 }],
        clockStep: -3_600_000,
      }),
    );
    expectGolden('doctor-much-is-missing', textOf(diagnosis));
    expectGolden('doctor-json', JSON.stringify(diagnosis, undefined, 2));
    expect(diagnosis.ok).toBe(false);
  });

  it('says what to do where there is nothing at all', () => {
    expectGolden('doctor-nothing', textOf(diagnose(facts({ instances: [], isRoot: false, logFolders: [] }))));
  });

  it.each<[findings: readonly string[], when: string, instance: InstanceFacts]>([
    [['missing process.visible'], 'only its command line can be seen', frps({ isHidden: true })],
    [
      ['advice process.files'],
      'its open files may not be seen',
      frps(
        {},
        {
          process: {
            ...frps().snapshot.process,
            resources: { ...frps().snapshot.process.resources, openFiles: undefined } as never,
          },
        },
      ),
    ],
    [
      ['missing config.readable'],
      'its config may not be read',
      frps(
        { config: undefined },
        { sources: sources({ config: ['degraded', '/etc/frp/frps.toml: this user may not read it'] }) },
      ),
    ],
    [
      ['missing config.readable'],
      'its config is no TOML',
      frps(
        { config: undefined },
        { sources: sources({ config: ['degraded', '/etc/frp/frps.toml: line 3: expected a value'] }) },
      ),
    ],
    [['advice config.several_clients'], 'several clients run in it', frpc({ configFolder: '/etc/frp/clients' })],
    [
      ['missing log.readable'],
      'its log file is not there',
      frps({}, { sources: sources({ log: ['degraded', '/var/log/frps.log: there is no such file'] }) }),
    ],
    [
      ['advice log.level'],
      'it logs warnings only',
      frps(
        { config: configOf('log.level = "error"\nlog.to = "/l"\nwebServer.port = 1', 'server') },
        { sources: sources({ log: ['degraded', 'its log.level is error'] }) },
      ),
    ],
    [
      ['missing log.readable'],
      'it logs warnings only, to a file that may not be read',
      frps(
        {
          config: configOf('log.level = "error"\nlog.to = "/l"\nwebServer.port = 1', 'server'),
          log: { path: '/l', problem: 'this user may not read it', hasColours: false, zoneShift: 0 },
        },
        { sources: sources({ log: ['degraded', '/l: this user may not read it'] }) },
      ),
    ],
    [
      ['advice log.readable', 'advice log.level'],
      'it logs warnings only, and has had none',
      frps(
        {
          config: configOf('log.level = "warn"\nlog.to = "/l"\nwebServer.port = 1', 'server'),
          log: { path: '/l', problem: 'there is no such file', hasColours: false, zoneShift: 0 },
        },
        { sources: sources({ log: ['degraded', 'its log file /l is not there yet'] }) },
      ),
    ],
    [
      ['missing process.running'],
      'it is stopped',
      frps(
        {},
        {
          process: {
            ...frps().snapshot.process,
            resources: { ...frps().snapshot.process.resources, stopped: true } as never,
          },
        },
      ),
    ],
    [
      ['advice config.readable', 'advice log.readable', 'advice api.on'],
      'it is known by what the user named, which is not all',
      frps(
        { config: undefined, configPath: undefined, log: undefined },
        {
          sources: sources({
            config: ['off', 'not given: give its config file to have its names and limits'],
            log: ['off', 'not given: give its log file'],
            api: ['off', 'not given: give its config file or the address of its API'],
          }),
        },
      ),
    ],
    [
      ['advice sockets'],
      'two of its proxies share a service',
      frpc({}, { sources: sources({ sockets: ['ok', '2 proxies share 127.0.0.1:80'] }) }),
    ],
    [
      ['missing api.answers'],
      'its API does not answer',
      frps({}, { sources: sources({ api: ['degraded', 'no answer within 2000 ms'] }) }),
    ],
    [
      ['advice api.on'],
      'it has another network',
      frps({}, { sources: sources({ api: ['off', 'it has a network of its own'] }) }),
    ],
    [
      ['advice sockets'],
      'events of its sockets were lost',
      frps({}, { sources: sources({ sockets: ['degraded', 'the kernel lost events'] }) }),
    ],
    [['advice version.tells', 'advice version.secure'], 'it is of 2023', frps({}, { version: '0.52.3' })],
    [['advice version.secure'], 'it is the last one before the fix', frps({}, { version: '0.70.1' })],
    [[], 'its version is not known', frps({}, { version: undefined })],
  ])('finds %j where %s', (findings, _when, instance) => {
    expect(ofOne(instance)).toEqual(findings);
  });

  it.each<[findings: readonly string[], when: string, parts: Partial<DoctorFacts>]>([
    [['missing frp.found'], 'nothing runs', { instances: [] }],
    [['advice ss'], 'there is no ss', { ss: undefined }],
    [['advice ss'], 'this is a Mac', { ss: undefined, platform: 'darwin' }],
    [
      ['missing otlp.endpoint'],
      'the endpoint that was set cannot be reached',
      { otlp: [{ endpoint: 'http://c:4318', isGiven: true, problem: 'connection refused' }] },
    ],
    [['missing otel.enabled'], 'OpenTelemetry is switched off', { isDisabled: true }],
    [['advice otel.environment'], 'a variable makes no sense', { environmentFaults: ['OTEL_X: expected 1'] }],
    [
      ['advice otlp.default'],
      'the default endpoint cannot be reached',
      { otlp: [{ endpoint: 'http://localhost:4318', isGiven: false, problem: 'connection refused' }] },
    ],
    [
      ['advice prometheus.port'],
      'the port of /metrics is taken',
      { prometheus: { address: '127.0.0.1:9464', holder: 'other' } },
    ],
    [[], 'an agent runs already', { prometheus: { address: '127.0.0.1:9464', holder: 'agent' } }],
    [['advice state.writable'], 'there is no state directory', { stateFolder: undefined }],
    [
      ['missing disk.free'],
      'the disk of a log is full',
      { logFolders: [{ path: '/var/log', problem: undefined, free: 0 }] },
    ],
    [
      [],
      'the room on a disk is not known',
      { logFolders: [{ path: '/var/log', problem: undefined, free: undefined }] },
    ],
    [[], 'the clock is slewed', { clockStep: 40 }],
    [['advice clock'], 'the clock was set back', { clockStep: -5_000 }],
  ])('finds %j where %s', (findings, _when, parts) => {
    expect(notWell(facts(parts))).toEqual(findings);
    expect(diagnose(facts(parts)).ok).toBe(!findings.some((finding) => finding.startsWith('missing')));
  });

  const actionsOf = (check: string, instance: InstanceFacts) =>
    diagnose(facts({ instances: [instance] })).findings.find((each) => each.check === check)?.actions;

  it('proposes no line for the API of one that has a network of its own', () => {
    const off = { sources: sources({ api: ['off', 'it has a network of its own'] }) };
    const config = configOf('bindPort = 7000', 'server');
    expect(actionsOf('api.on', frps({ config, hasOtherNetwork: true }, off))).toEqual([]);
    expect(actionsOf('api.on', frps({ config }, off))).toHaveLength(1);
  });

  it('says where user and password of an API go that was named, and to restart one whose config has others', () => {
    const refused = { sources: sources({ api: ['degraded', 'it refused user and password (401)'] }) };
    const linesOf = (instance: InstanceFacts) => actionsOf('api.answers', instance)?.flatMap(({ lines }) => lines);
    expect(linesOf(frps({ givenApi: 'http://edge:7500' }, refused))).toEqual([
      'FRP_OTEL_API_PASSWORD=<password> frp-otel doctor --api http://<user>@edge:7500',
    ]);
    expect(linesOf(frps({}, refused))).toEqual(['systemctl restart frps']);
  });

  it('proposes ports that no two of them share', () => {
    const off = { sources: sources({ api: ['off', 'webServer.port is not set'] }) };
    const bare = { config: configOf('serverAddr = "edge"', 'client') };
    const { findings } = diagnose(facts({ instances: [frpc(), frpc(bare, off)] }));
    const lines = findings.flatMap(({ check, actions }) =>
      check === 'api.on' ? actions.flatMap((each) => each.lines) : [],
    );
    expect(lines).toContain('webServer.port = 7401'); // 7400 is the other one's
  });

  it('prints no secret of a config', () => {
    const secret = 'correct-horse-battery';
    const config = configOf(
      `webServer.port = 7500\nwebServer.user = "u"\nwebServer.password = "${secret}"\nauth.token = "${secret}"`,
      'server',
    );
    const diagnosis = diagnose(
      facts({ instances: [frps({ config }, { sources: sources({ api: ['degraded', '(401)'] }) })] }),
    );
    expect(JSON.stringify(diagnosis)).not.toContain(secret);
  });

  it('shows the words of others without what they could do to a terminal', () => {
    const config = configOf(
      '[common]\nserver_addr = edge\n[a\u009b31m\u202e]\nlocal_port = 80\nbandwidth_limit = 1MB\nbandwidth_limit_mode = server',
      'client',
    );
    const text = textOf(diagnose(facts({ instances: [frpc({ config, configPath: '/etc/\x1b[2J' })] })));
    expect(text).toContain('bandwidthLimitMode');
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });

  it('has an id of its own for each check', () => {
    const ids = [...INSTANCE_CHECKS, ...MACHINE_CHECKS].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
