import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { commandLinesIn, refusalOf } from './examples/exampleFiles.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const inFolder = (folder: string): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/')));

/** What a reader of the repository or of the installed package may open. */
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...['docs', 'examples', 'collector-config'].flatMap(inFolder),
];
/** In which commands stand that a reader types. */
const guides = ['README.md', 'docs/alerts.md', 'docs/cli.md', 'collector-config/README.md'];

const withoutCode = (markdown: string): string => markdown.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');

/** As GitHub makes them of headings. */
const anchorsOf = (markdown: string): Set<string> =>
  new Set(
    [...markdown.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

const linksOf = (document: string): { readonly link: string; readonly file: string; readonly anchor: string }[] =>
  [...withoutCode(read(document)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [target = '', anchor = ''] = link.split('#');
      const file = target === '' ? document : path.posix.join(path.posix.dirname(document), target);
      return { link, file: file.replace(/\/$/, ''), anchor };
    });

describe.each(documents)('%s', (document) => {
  const links = linksOf(document);

  it('links to files and headings that are there', () => {
    const broken = links.filter(
      ({ file, anchor }) => !existsSync(path.join(ROOT, file)) || (anchor !== '' && !anchorsOf(read(file)).has(anchor)),
    );
    expect(broken.map(({ link }) => link)).toEqual([]);
  });
});

describe('the documents', () => {
  it('link to each other', () => {
    expect(documents.flatMap(linksOf).length).toBeGreaterThan(100);
  });

  it.each(guides)('%s tells commands that frp-otel takes', (guide) => {
    const lines = commandLinesIn(read(guide).replaceAll(/\\\n\s*/g, ''));
    expect(lines.map((line) => [line.join(' '), refusalOf(line)])).toEqual(
      lines.map((line) => [line.join(' '), undefined]),
    );
  });
});
