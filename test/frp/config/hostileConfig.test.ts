import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FrpConfig } from '../../../src/frp/config/FrpConfig.js';
import { FrpConfigError, parseConfig, parseIncluded } from '../../../src/frp/config/parseConfig.js';
import { CLIENT_EXAMPLES, SERVER_EXAMPLES, TEMPLATE_EXAMPLE } from './examples.js';

/** Reads it, or gives the error that says why not; any other error fails the test. */
const read = (text: string, role: 'server' | 'client' = 'client'): FrpConfig | FrpConfigError => {
  try {
    return parseConfig(text, role, { environment: { FRP_SERVER: 'a', FRP_USER: 's3cr3t-user' } });
  } catch (error) {
    if (error instanceof FrpConfigError) return error;
    throw error;
  }
};

const isRefused = (result: FrpConfig | FrpConfigError): boolean => result instanceof FrpConfigError;

describe('a config cut at every byte', () => {
  it.each([
    ...Object.entries(SERVER_EXAMPLES).map(([format, text]) => ['server', format, text] as const),
    ...Object.entries(CLIENT_EXAMPLES).map(([format, text]) => ['client', format, text] as const),
    ['client', 'templates', TEMPLATE_EXAMPLE] as const,
  ])('of the %s, in %s, is read or refused, and no secret of it is printed', (role, format, text) => {
    let refused = 0;
    for (let end = 0; end < text.length; end += 1) {
      const result = read(text.slice(0, end), role);
      if (isRefused(result)) refused += 1;
      // A user's name is no secret: the example's is one to show that no message quotes it.
      const printed = inspect(result, { depth: null });
      expect(isRefused(result) ? printed : printed.replace(/user: '[^']*'/g, '')).not.toContain('s3cr3t');
    }
    expect(refused).toBeLessThan(text.length);
    if (format !== 'ini') expect(refused).toBeGreaterThan(100);
  });
});

describe('random input', () => {
  // Words that mean something to one of the parsers.
  const words = fc.constantFrom(
    ...[
      '[common]',
      '[range:a]',
      '[[proxies]]',
      '{',
      '}',
      '[',
      ']',
      '{{',
      '}}',
      '- ',
      ': ',
      ' = ',
      '"',
      "'",
      '`',
      '\n',
      '\\',
    ],
    ...[
      '&a',
      '*a',
      '<<',
      '#',
      ';',
      '---',
      'name',
      'type',
      'tcp',
      '1-3',
      '%(a)s',
      'null',
      '.Envs.A',
      'range',
      'end',
      'if',
      '$v',
    ],
    ...[
      'parseNumberRange',
      'bindPort',
      'local_port',
      'remote_port',
      '__proto__',
      '\0',
      '\uFEFF',
      '\ud800',
      '7000',
      'true',
    ],
  );

  it('of words that parsers know is read or refused', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        read(text, 'server');
        read(text, 'client');
      }),
      { numRuns: 2000 },
    );
  });

  it('of bytes that are no UTF-8 is read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void read(Buffer.from(bytes).toString('utf8'))),
    );
    expect(read(Buffer.from([0x75, 0x73, 0x65, 0x72, 0x3d, 0x22, 0xff, 0x22]).toString('utf8'))).toMatchObject({
      user: '\uFFFD',
    });
  });

  it('as an included file is read or refused', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), fc.constantFrom('toml', 'ini'), (parts, format) => {
        try {
          parseIncluded(parts.join(''), format);
        } catch (error) {
          if (!(error instanceof FrpConfigError)) throw error;
        }
      }),
    );
  });

  it('as a value is that value, in TOML, JSON and YAML', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (user) => {
        fc.pre(!user.includes('{{'));
        const json = JSON.stringify({ user });
        expect(read(json)).toMatchObject({ user });
        expect(read(`user: ${JSON.stringify(user)}`)).toMatchObject({ user });
        fc.pre(!/[\u007f]/.test(user));
        expect(read(`user = ${JSON.stringify(user)}`)).toMatchObject({ user });
      }),
    );
  });
});

describe('input made to harm', () => {
  const LARGE = 100_000;
  const bomb = (levels: number): string =>
    [
      'a0: &a0 [x, x]',
      ...Array.from({ length: levels }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}, *a${n}]`),
    ].join('\n');

  it.each([
    ['a list in TOML', `start = ${'['.repeat(LARGE)}`],
    ['a list in JSON', `{"start": ${'['.repeat(LARGE)}${']'.repeat(LARGE)}}`],
    ['a list in YAML', `start: ${'['.repeat(LARGE)}`],
    ['a closed list in YAML', `start: ${'['.repeat(LARGE)}${']'.repeat(LARGE)}`],
    ['lists in lines of YAML', `start:\n  ${'- '.repeat(LARGE)}`],
    ['aliases of aliases', bomb(30)],
    ['short lists in lines of YAML', '- '.repeat(25_000)],
    ['many aliases', `${'- &a 1\n- *a\n'.repeat(1000)}`],
    ['many merges', `a: &a {b: 1}\n<<: [${'*a,'.repeat(LARGE)}]`],
    ['a string without its end', `user = "${'\\'.repeat(LARGE)}`],
    ['a template without its end', `user = "{{ "${'\\\\'.repeat(LARGE)}`],
  ])('of %s that nests deep or has no end, is refused', (_way, text) => {
    expect(isRefused(read(text))).toBe(true);
  });

  it.each([
    ['a table in JSON', `${'{"log":'.repeat(LARGE)}1${'}'.repeat(LARGE)}`],
    ['a dotted key', `${'log.'.repeat(LARGE)}to = 1`],
  ])('of %s that nests deeper than any key of frp, says nothing', (_way, text) => {
    expect(read(text)).toMatchObject({ logTo: 'console' });
  });

  it('with repeated keys is read as the last says, or refused', () => {
    expect(read('{"user": "a", "user": "b"}')).toMatchObject({ user: 'b' });
    expect(read('user: a\nuser: b\n')).toMatchObject({ user: 'b' });
    expect(read('[common]\nuser = a\nuser = b\n')).toMatchObject({ user: 'b' });
    expect(isRefused(read('user = "a"\nuser = "b"\n'))).toBe(true);
  });

  it.each([
    '{"__proto__": {"user": "a"}, "constructor": {"prototype": {"user": "b"}}}',
    '__proto__:\n  user: a\n',
    '[__proto__]\nuser = "a"\n',
    '[common]\n__proto__ = a\n[__proto__]\ntype = tcp\n',
  ])('with the keys of a prototype, changes nobody else: %j', (text) => {
    expect(read(text)).toMatchObject({ user: '' });
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect('user' in {}).toBe(false);
  });
});

describe('a large config', () => {
  const proxy = {
    toml: (n: number) => `[[proxies]]\nname = "p${n}"\ntype = "tcp"\nlocalPort = 22\n`,
    json: (n: number) => `{"name":"p${n}","type":"tcp","localPort":22},`,
    yaml: (n: number) => `- name: p${n}\n  type: tcp\n  localPort: 22\n`,
    ini: (n: number) => `[p${n}]\ntype = tcp\nlocal_port = 22\n`,
  };
  const around = {
    toml: (proxies: string) => proxies,
    json: (proxies: string) => `{"proxies":[${proxies.slice(0, -1)}]}`,
    yaml: (proxies: string) => `proxies:\n${proxies}`,
    ini: (proxies: string) => `[common]\n${proxies}`,
  };
  const formats = ['toml', 'json', 'yaml', 'ini'] as const;
  const config = (format: (typeof formats)[number], count: number): string =>
    around[format](Array.from({ length: count }, (_, index) => proxy[format](index)).join(''));
  const millisFor = (text: string): number => {
    const start = process.cpuUsage();
    read(text, 'client');
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };

  it.each([
    ['toml', 100_000],
    ['json', 100_000],
    ['yaml', 20_000],
    ['ini', 100_000],
  ] as const)(
    'in %s of %d proxies is read whole',
    (format, count) => {
      const result = read(config(format, count));
      expect(result).toMatchObject({ format });
      expect((result as FrpConfig).proxies).toHaveLength(count);
      const last = count - 1;
      expect((result as FrpConfig).proxies[last]).toMatchObject({ name: `p${last}`, type: 'tcp', localPort: 22 });
    },
    60_000,
  );

  it('in YAML that keeps a program waiting is refused, and says why', () => {
    const text = config('yaml', 30_000);
    expect(() => parseConfig(text, 'client')).toThrow('not YAML (longer than 1048576 characters)');
    expect(millisFor(text)).toBeLessThan(500);
  });

  // 8 times the input takes 64 times the time where the time is quadratic.
  it.each([
    ...formats.map((format) => [format, (size: number) => config(format, size)] as const),
    [
      'keys that nobody knows, in TOML',
      (size: number) => Array.from({ length: size }, (_, n) => `k${n} = 1\n`).join(''),
    ],
    [
      'keys that nobody knows, in YAML',
      (size: number) => Array.from({ length: size * 4 }, (_, n) => `k${n}: 1\n`).join(''),
    ],
    ['references in INI', (size: number) => `[common]\nuser = ${'%('.repeat(size * 10)}`],
    ['dots in INI', (size: number) => `[common]\n[${'a.'.repeat(size * 10)}]\n`],
    ['blanks in a template', (size: number) => `user = "{{ "a" }}${' '.repeat(size * 10)}{{- "b" }}"`],
    ['trim markers', (size: number) => `${'{{- "" -}} '.repeat(size)}`],
    ['brackets', (size: number) => ']'.repeat(size * 10)],
    ['quotes', (size: number) => '"'.repeat(size * 10)],
    ['backticks', (size: number) => `[common]\n${'a = `\n'.repeat(size)}`],
    ['lines that go on', (size: number) => `[common]\n${'a = \\\n'.repeat(size)}`],
  ])(
    'of %s takes time that grows with its size',
    (_what, make) => {
      const [small, large] = [make(2_000), make(16_000)];
      read(small);
      const before = Math.max(Math.min(millisFor(small), millisFor(small), millisFor(small)), 2);
      expect(millisFor(large) / before).toBeLessThan(40);
    },
    60_000,
  );
});
