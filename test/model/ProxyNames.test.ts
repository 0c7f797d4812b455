import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import { ProxyNames } from '../../src/model/ProxyNames.js';

const namesOf = (user: string, ...proxies: string[]): ProxyNames =>
  new ProxyNames(
    parseConfig(
      [`user = "${user}"`, ...proxies.map((name) => `[[proxies]]\nname = "${name}"\ntype = "tcp"`)].join('\n'),
      'client',
    ),
  );
/** As the grammar hands a printed list over: cut at its blanks. */
const printed = (list: string): string[] => list.split(' ');

describe('the name of a proxy on frps', () => {
  it.each([
    ['', 'ssh', 'ssh'],
    ['', 'a.b', 'a.b'],
    ['alice', 'ssh', 'alice.ssh'],
    ['alice', 'alice.ssh', 'alice.ssh'],
    ['alice', 'alicessh', 'alice.alicessh'],
    ['alice', 'bob.ssh', 'alice.bob.ssh'],
    ['a.b', 'ssh', 'a.b.ssh'],
    ['a.b', 'a.b.ssh', 'a.b.ssh'],
    ['alice', 'my ssh', 'alice.my ssh'],
  ])('given user "%s" and the printed name "%s", is "%s"', (user, name, qualified) => {
    expect(namesOf(user).qualified(name)).toBe(qualified);
  });

  it('given a proxy of the config whose bare name begins like the prefix, is prefixed all the same', () => {
    expect(namesOf('alice', 'alice.web').qualified('alice.web')).toBe('alice.alice.web');
    expect(namesOf('alice', 'alice.web').qualified('alice.alice.web')).toBe('alice.alice.web');
  });

  it('given no config, is as printed', () => {
    expect(new ProxyNames(undefined).qualified('alice.ssh')).toBe('alice.ssh');
  });
});

describe('the type of a proxy', () => {
  it('is that of the config, whatever the user', () => {
    expect(namesOf('alice', 'my.web').typeOf('alice.my.web')).toBe('tcp');
    expect(namesOf('', 'my.web').typeOf('my.web')).toBe('tcp');
  });

  it('is empty where the config has no such proxy, or there is no config', () => {
    expect(namesOf('alice', 'web').typeOf('alice.ssh')).toBe('');
    expect(new ProxyNames(undefined).typeOf('ssh')).toBe('');
    expect(namesOf('').typeOf('constructor')).toBe('');
  });
});

describe('a printed list of names', () => {
  it.each([
    ['names without blanks', [], 'ssh web', ['ssh', 'web']],
    ['one with blanks', ['my ssh'], 'web my ssh db', ['my ssh', 'web', 'db']],
    ['one that is the beginning of another', ['my ssh', 'my ssh two'], 'my ssh two my ssh', ['my ssh two', 'my ssh']],
    ['one that is the end of another', ['ssh two', 'my ssh two'], 'my ssh two ssh two', ['my ssh two', 'ssh two']],
    ['the longer of the two only', ['my ssh', 'my ssh two'], 'my ssh two', ['my ssh two']],
    ['two blanks in a name', ['my  ssh'], 'my  ssh web', ['my  ssh', 'web']],
    ['brackets and dots', ['a] [b.c'], 'a] [b.c d', ['a] [b.c', 'd']],
    ['names that the config does not know', ['my ssh'], 'your ssh', ['your', 'ssh']],
    ['an empty list', ['my ssh'], '', []],
  ])('with %s, has these', (_with, config, list, names) => {
    expect(
      namesOf('', ...config)
        .listed(printed(list))
        .sort(),
    ).toEqual([...names].sort());
  });

  it('by frpc before 0.68, with the prefix of its user, has these', () => {
    const names = namesOf('alice', 'my ssh', 'web');
    const listed = names.listed(printed('alice.my ssh alice.web'));
    expect(listed.map((name) => names.qualified(name)).sort()).toEqual(['alice.my ssh', 'alice.web']);
  });

  it('takes a time that grows with the list, not with the list times the config', () => {
    const sizes = [4_000, 8_000].map((count) => {
      const all = Array.from({ length: count }, (_, index) => `proxy number ${index}`);
      return { names: namesOf('alice', ...all), words: printed(all.join(' ')), count };
    });
    const [small, large] = sizes.map(({ names, words, count }) => {
      const startedAt = performance.now();
      expect(names.listed(words)).toHaveLength(count);
      return performance.now() - startedAt;
    });
    expect(large).toBeLessThan(4 * Math.max(10, small ?? 0));
  });
});

describe('how many proxies are expected', () => {
  const size = (text: string): number => new ProxyNames(parseConfig(text, 'client')).size;
  const proxies = '[[proxies]]\nname = "a"\ntype = "tcp"\n[[proxies]]\nname = "b"\ntype = "tcp"\n';

  it('are those of the config', () => {
    expect(size(proxies)).toBe(2);
    expect(new ProxyNames(undefined).size).toBe(0);
  });

  it('are not those that frpc does not run: disabled, or not in start', () => {
    expect(size(`start = ["a"]\n${proxies}`)).toBe(1);
    expect(size(`${proxies}enabled = false\n`)).toBe(1);
  });
});
