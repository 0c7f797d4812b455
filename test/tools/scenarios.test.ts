import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { freePorts } from '../../tools/scenarios/freePorts.mjs';
import { reasonAgainst, runConcurrently, type Scenario } from '../../tools/scenarios/runScenario.mjs';
import { scenarios } from '../../tools/scenarios/scenarios.mjs';
import { until } from '../../tools/scenarios/until.mjs';
import { clientHello } from '../../tools/scenarios/visitors.mjs';

const RECORDER = fileURLToPath(new URL('../../tools/recordFixtures.mjs', import.meta.url));
const scenario = (more: Partial<Scenario>): Scenario => ({
  name: 'any',
  done: '',
  config: '',
  types: [],
  run: async () => undefined,
  ...more,
});

describe('the scenarios', () => {
  it('have names of their own that can be those of files', () => {
    const names = scenarios.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
  });

  it('run from a version on, if they say so, and say why', () => {
    const late = scenario({ since: '0.67.0', reason: 'there is no clientID before' });
    expect(reasonAgainst(late, '0.61.2')).toBe('needs frp 0.67.0: there is no clientID before');
    expect(reasonAgainst(late, '0.67.0')).toBeUndefined();
    expect(reasonAgainst(late, '0.100.0')).toBeUndefined();
    expect(reasonAgainst(scenario({}), '0.52.3')).toBeUndefined();
  });
});

describe('runConcurrently', () => {
  it('runs so many at a time, begins them in order and keeps each result, also of one that fails', async () => {
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const task = (number: number) => async () => {
      begun.push(number);
      await new Promise<void>((resolve) => {
        ends[number] = resolve;
      });
      if (number === 1) throw new Error('one');
      return number;
    };
    const results = runConcurrently([0, 1, 2].map(task), 2);
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await until('the third', () => begun.length === 3);
    ends[0]?.();
    ends[2]?.();
    expect(await results).toEqual([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: new Error('one') },
      { status: 'fulfilled', value: 2 },
    ]);
  });
});

describe('freePorts', () => {
  it('passes over a port that is taken, and gives none twice', async () => {
    const [first = 0] = await freePorts(1);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(first + 1, '127.0.0.1', resolve));
    const ports = await freePorts(3);
    await new Promise((resolve) => server.close(resolve));
    expect(ports).toHaveLength(3);
    expect(new Set([first, first + 1, ...ports]).size).toBe(5);
  });
});

describe('until', () => {
  it('gives the first truthy answer', async () => {
    let asked = 0;
    expect(
      await until('three', () => {
        asked += 1;
        return asked > 2 && asked;
      }),
    ).toBe(3);
  });

  it('names what it waited for in vain', async () => {
    await expect(until('rain', () => false, { withinMillis: 0 })).rejects.toThrow('waited 0 ms in vain for rain');
  });
});

describe('clientHello', () => {
  it('is a TLS handshake record of the length that it says, with the name in it', () => {
    const hello = clientHello('secure.test');
    expect(hello[0]).toBe(22);
    expect(hello.readUInt16BE(3)).toBe(hello.length - 5);
    expect(hello.includes('secure.test')).toBe(true);
  });
});

describe('recordFixtures.mjs', () => {
  it('names a scenario that it does not know, and those that there are', async () => {
    const recording = promisify(execFile)(process.execPath, [RECORDER, '--only', 'nonsense']);
    await expect(recording).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/expected the name of a scenario, received nonsense[\s\S]*start-and-login/),
    });
  });
});
