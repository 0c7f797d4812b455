import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfigFile } from '../../../src/sources/config/readConfigFile.js';
import { temporaryFolder } from '../../tools/fakePrograms.js';
import { writeFile } from '../fakeFrp.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

describe('readConfigFile', () => {
  it('reads a TOML file', () => {
    const file = writeFile(folder.path, 'frpc.toml', 'serverAddr = "frp.example.com"\nserverPort = 7001\n');
    expect(readConfigFile(file, 'client').config).toMatchObject({ serverAddr: 'frp.example.com', serverPort: 7001 });
  });

  it('says so when there is none on the command line', () => {
    expect(readConfigFile(undefined, 'client')).toEqual({
      path: undefined,
      config: undefined,
      reason: 'no config file on the command line (-c FILE)',
    });
  });

  it('says so when the file is missing', () => {
    const file = path.join(folder.path, 'missing.toml');
    expect(readConfigFile(file, 'client')).toEqual({
      path: file,
      config: undefined,
      reason: `${file}: there is no such file`,
    });
  });

  it('refuses a folder', () => {
    expect(readConfigFile(folder.path, 'client')).toEqual({
      path: folder.path,
      config: undefined,
      reason: `${folder.path}: expected a regular file`,
    });
  });

  it('refuses a FIFO without waiting for its writer', () => {
    const fifo = path.join(folder.path, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(readConfigFile(fifo, 'client')).toEqual({
      path: fifo,
      config: undefined,
      reason: `${fifo}: expected a regular file`,
    });
  });

  it('refuses a device', () => {
    expect(readConfigFile('/dev/zero', 'client')).toEqual({
      path: '/dev/zero',
      config: undefined,
      reason: '/dev/zero: expected a regular file',
    });
  });

  it('reads 4 MiB and no more', () => {
    const file = path.join(folder.path, 'large.toml');
    writeFileSync(file, 'user = "ann"\n#'.padEnd(4_194_304, ' '));
    expect(readConfigFile(file, 'client').config?.user).toBe('ann');
    writeFileSync(file, '#'.padEnd(8_388_608, ' '));
    expect(readConfigFile(file, 'client')).toEqual({
      path: file,
      config: undefined,
      reason: `${file}: expected at most 4194304 bytes, found 8388608`,
    });
  });

  // A file of /proc has the size 0, whatever it holds.
  (existsSync('/proc/self/pagemap') ? it : it.skip)('reads no more of a file that is larger than it says', () => {
    expect(readConfigFile('/proc/self/pagemap', 'client').reason).toBe(
      '/proc/self/pagemap: expected at most 4194304 bytes, found more',
    );
  });

  it('says so when this user may not read it', () => {
    const file = writeFile(folder.path, 'secret.toml', '', 0o000);
    expect(asNobody(() => readConfigFile(file, 'client'))).toEqual({
      path: file,
      config: undefined,
      reason: `${file}: this user may not read it`,
    });
  });

  it('names any other fault by its code', () => {
    const file = path.join(writeFile(folder.path, 'file', ''), 'frpc.toml');
    expect(readConfigFile(file, 'client')).toEqual({
      path: file,
      config: undefined,
      reason: `${file}: cannot be read (ENOTDIR)`,
    });
  });

  it('quotes nothing of a file that is not TOML', () => {
    const file = writeFile(folder.path, 'frpc.toml', 'auth.token = "hunter2\n');
    expect(readConfigFile(file, 'client')).toEqual({
      path: file,
      config: undefined,
      reason: `${file}: expected TOML, JSON, YAML or INI with a [common] section, found something else: not TOML (line 1, column 22), not YAML`,
    });
  });

  it('asks for the environment when the file needs it, and only then', () => {
    let asked = 0;
    const environment = () => {
      asked += 1;
      return { HOST: 'frp.example' };
    };
    const plain = writeFile(folder.path, 'plain.toml', 'serverAddr = "a"\n');
    expect(readConfigFile(plain, 'client', { environment }).config?.serverAddr).toBe('a');
    expect(asked).toBe(0);
    const template = writeFile(folder.path, 'template.toml', 'serverAddr = "{{ .Envs.HOST }}"\n');
    expect(readConfigFile(template, 'client', { environment }).config?.serverAddr).toBe('frp.example');
    expect(readConfigFile(template, 'client', { environment: () => undefined })).toEqual({
      path: template,
      config: undefined,
      reason: `${template}: the Go template at line 1, column 15: the process's environment is not known here`,
    });
  });
});

describe('the files that a config includes', () => {
  const proxy = (name: string): string => `[[proxies]]\nname = "${name}"\ntype = "tcp"\n`;
  const readWith = (includes: string, options = {}) => {
    const main = writeFile(folder.path, 'frpc.toml', `includes = [${includes}]\n${proxy('main')}`);
    return readConfigFile(main, 'client', { workingFolder: folder.path, ...options });
  };
  const namesOf = (file: ReturnType<typeof readWith>): string[] | undefined =>
    file.config?.proxies.map(({ name }) => name);

  it('are those that fit, from the working folder, in the order of their names', () => {
    mkdirSync(path.join(folder.path, 'conf.d', 'folder.toml'), { recursive: true });
    writeFile(folder.path, 'conf.d/b.toml', proxy('b'));
    writeFile(folder.path, 'conf.d/a.toml', `user = "ignored"\n${proxy('a')}[[visitors]]\nname = "v"\ntype = "stcp"\n`);
    writeFile(folder.path, 'conf.d/c.yaml', 'proxies: [{ name: c, type: tcp }]\n');
    writeFile(folder.path, 'conf.d/d.txt', 'no config');
    const file = readWith('"./conf.d/*.toml", "conf.d/[a-c].yaml"');
    expect(namesOf(file)).toEqual(['main', 'a', 'b', 'c']);
    expect(file.config?.visitors.map(({ name }) => name)).toEqual(['v']);
    expect(file).toMatchObject({ reason: undefined, config: { user: '' } });
  });

  it('of an INI file are INI', () => {
    const main = writeFile(folder.path, 'frpc.ini', '[common]\nincludes = ./*.inc\n[main]\nlocal_port = 1\n');
    writeFile(folder.path, 'more.inc', '[more]\nlocal_port = 2\n');
    const file = readConfigFile(main, 'client', { workingFolder: folder.path });
    expect(namesOf(file)).toEqual(['main', 'more']);
  });

  it('that cannot be read are missing, and said to be', () => {
    writeFile(folder.path, 'bad.inc', 'auth.token = "hunter2\n');
    writeFile(folder.path, 'good.inc', proxy('good'));
    const file = readWith('"*.inc", "nowhere/*.toml"');
    expect(namesOf(file)).toEqual(['main', 'good']);
    expect(file.reason).toMatch(/bad\.inc: expected TOML, JSON, YAML.*; includes .*nowhere: there is no such file$/);
    expect(file.reason).not.toContain('hunter2');
  });

  it('that cannot be read are named up to three times', () => {
    for (let index = 0; index < 9; index += 1) writeFile(folder.path, `${index}.inc`, '=');
    expect(readWith('"*.inc"').reason).toMatch(/0\.inc: .*; .*2\.inc: .*; and 6 more$/);
  });

  it('are 1,000 and no more', () => {
    for (let index = 0; index < 1001; index += 1) writeFile(folder.path, `${index}.inc`, '');
    expect(readWith('"*.inc"').reason).toBe('includes: only the first 1000 files are read');
  });

  it('named one by one are found as those of a pattern are', () => {
    writeFile(folder.path, 'a.inc', proxy('a'));
    writeFile(folder.path, 'b.inc', proxy('b'));
    expect(readWith('"b.inc", "missing.inc", "./a.inc"')).toMatchObject({
      reason: undefined,
      config: { proxies: [{ name: 'main' }, { name: 'b' }, { name: 'a' }] },
    });
  });

  it('are looked for among a million names, however many patterns there are', () => {
    for (let index = 0; index < 1001; index += 1) writeFile(folder.path, `${index}.txt`, '');
    expect(readWith('"*.inc",'.repeat(1_000)).reason).toBe(
      'includes: its patterns are held against 1000000 file names at the most',
    );
    expect(readWith('"nothing.inc",'.repeat(1_000)).reason).toBeUndefined();
  });

  it('have the environment too', () => {
    writeFile(folder.path, 'a.inc', proxy('{{ .Envs.NAME }}'));
    expect(namesOf(readWith('"*.inc"', { environment: () => ({ NAME: 'n' }) }))).toEqual(['main', 'n']);
  });
});

/** Root may read everything: for the call, which does not wait for anything, it is somebody else. */
const asNobody = <Result>(call: () => Result): Result => {
  if (process.geteuid?.() !== 0) return call();
  process.seteuid?.(65_534);
  try {
    return call();
  } finally {
    process.seteuid?.(0);
  }
};
