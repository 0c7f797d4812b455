import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HostAddresses } from '../../../src/sources/sockets/HostAddresses.js';

/** Answers when the test says so. */
class SlowNames {
  readonly asked: string[] = [];
  readonly #answers = new Map<string, (addresses: readonly string[] | Error) => void>();

  readonly lookUp = (name: string): Promise<readonly string[]> => {
    this.asked.push(name);
    return new Promise((resolve, reject) => {
      this.#answers.set(name, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
    });
  };

  async answer(name: string, addresses: readonly string[] | Error): Promise<void> {
    this.#answers.get(name)?.(addresses);
    await new Promise(setImmediate);
  }
}

let names: SlowNames;
let hosts: HostAddresses;
beforeEach(() => {
  names = new SlowNames();
  hosts = new HostAddresses(names.lookUp);
});
afterEach(() => {
  jest.restoreAllMocks();
});
const later = (millis: number): void => {
  const then = performance.now() + millis;
  jest.spyOn(performance, 'now').mockReturnValue(then);
};

describe('HostAddresses', () => {
  it('asks nobody what an address is', () => {
    expect([hosts.of('10.0.0.1'), hosts.of('::1')]).toEqual([['10.0.0.1'], ['::1']]);
    expect(names.asked).toEqual([]);
  });

  it('does not know a name until it is answered, and asks once', async () => {
    expect([hosts.of('db'), hosts.of('db')]).toEqual([undefined, undefined]);
    expect(hosts.answers).toBe(0);
    await names.answer('db', ['10.0.0.1', '10.0.0.2']);
    expect(hosts.of('db')).toEqual(['10.0.0.1', '10.0.0.2']);
    expect([names.asked, hosts.answers]).toEqual([['db'], 1]);
  });

  it('asks for two at a time, so that one that is slow holds up none behind it', async () => {
    for (const name of ['slow', 'b', 'c', 'd']) hosts.of(name);
    expect(names.asked).toEqual(['slow', 'b']);
    await names.answer('b', ['10.0.0.2']);
    await names.answer('c', ['10.0.0.3']);
    expect(names.asked).toEqual(['slow', 'b', 'c', 'd']);
    expect([hosts.of('slow'), hosts.of('c')]).toEqual([undefined, ['10.0.0.3']]);
  });

  it('knows that a name means nothing', async () => {
    hosts.of('nowhere');
    await names.answer('nowhere', new Error('ENOTFOUND'));
    expect(hosts.of('nowhere')).toEqual([]);
  });

  it('asks again after a minute, and goes by the last answer until then, also where there is none any more', async () => {
    hosts.of('db');
    await names.answer('db', ['10.0.0.1']);
    later(59_000);
    hosts.of('db');
    expect(names.asked).toHaveLength(1);
    later(2_000);
    expect(hosts.of('db')).toEqual(['10.0.0.1']);
    expect(names.asked).toHaveLength(2);
    await names.answer('db', new Error('EAI_AGAIN'));
    expect(hosts.of('db')).toEqual(['10.0.0.1']);
    later(61_000);
    hosts.of('db');
    await names.answer('db', ['10.0.0.2']);
    expect(hosts.of('db')).toEqual(['10.0.0.2']);
  });

  it('is waited for no longer than is asked', async () => {
    hosts.of('db');
    await hosts.settled(1);
    expect(hosts.of('db')).toBeUndefined();
    const settled = hosts.settled(60_000);
    await names.answer('db', ['10.0.0.1']);
    await settled;
    expect(hosts.of('db')).toEqual(['10.0.0.1']);
  });

  it('knows the names of this machine', async () => {
    const here = new HostAddresses();
    here.of('localhost');
    await here.settled(10_000);
    expect(here.of('localhost')?.some((address) => address === '127.0.0.1' || address === '::1')).toBe(true);
  });
});
