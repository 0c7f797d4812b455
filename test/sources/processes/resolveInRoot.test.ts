import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { resolveInRoot } from '../../../src/sources/processes/resolveInRoot.js';
import { temporaryFolder } from '../../tools/fakePrograms.js';

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
beforeEach(() => {
  folder = temporaryFolder();
  root = path.join(folder.path, 'root');
  mkdirSync(path.join(root, 'srv/logs'), { recursive: true });
  writeFileSync(path.join(root, 'srv/frps.toml'), 'inside');
  writeFileSync(path.join(folder.path, 'frps.toml'), 'outside');
});
afterEach(() => folder[Symbol.dispose]());

/** @param target as the process in the root has it */
const link = (name: string, target: string): void => symlinkSync(target, path.join(root, name));

describe('resolveInRoot', () => {
  it('leaves a path as it is where the root is ours', () => {
    expect(resolveInRoot(undefined, '/srv/../etc/frps.toml')).toBe('/srv/../etc/frps.toml');
  });

  it('puts the root before it', () => {
    expect(resolveInRoot(root, '/srv//./frps.toml')).toBe(`${root}/srv/frps.toml`);
    expect(resolveInRoot(root, '/')).toBe(root);
  });

  it('keeps a path of which nothing is there', () => {
    expect(resolveInRoot(root, '/var/log/frps.log')).toBe(`${root}/var/log/frps.log`);
  });

  it.each([
    ['absolute', '/srv/frps.toml'],
    ['relative', 'srv/frps.toml'],
    ['above the root', '../../../srv/frps.toml'],
    ['through another', 'folder/frps.toml'],
  ])('follows a link inside it: %s', (_, target) => {
    link('folder', '/srv');
    link('link', target);
    expect(readFileSync(resolveInRoot(root, '/link'), 'utf8')).toBe('inside');
  });

  it('does not leave it by a link, where the kernel would', () => {
    link('outside', path.join(folder.path, 'frps.toml'));
    expect(readFileSync(path.join(root, 'outside'), 'utf8')).toBe('outside');
    expect(resolveInRoot(root, '/outside')).toBe(`${root}${folder.path}/frps.toml`);
    link('up', '..');
    expect(resolveInRoot(root, '/up/up/srv/../../frps.toml')).toBe(`${root}/frps.toml`);
  });

  it('does not go round in links for ever', () => {
    link('one', '/two');
    link('two', '/one');
    expect(() => resolveInRoot(root, '/one')).toThrow(expect.objectContaining({ code: 'ELOOP' }));
  });
});
