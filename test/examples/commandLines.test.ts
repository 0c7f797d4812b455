import { describe, expect, it } from '@jest/globals';
import { commandLinesIn, fileNames, linkedIn, refusalOf, textOf } from './exampleFiles.js';

const words = (line: string): string[] => line.split(' ');

describe('refusalOf', () => {
  it.each([
    ['frp-otel', undefined],
    ['frp-otel observe --pid 12', undefined],
    ['frp-otel --pid 12', undefined],
    ['frp-otel exec -- frpc -c frpc.toml --any', undefined],
    ['frp-otel rules render --for collector', undefined],
    ['frp-otel config check FILE --json', undefined],
    ['frp-otel rules rendr --for collector', 'rules has no word rendr'],
    ['frp-otel rules check --setings x', 'unknown option --setings; did you mean --settings?'],
    ['frp-otel watch', 'it has no command watch'],
    ['frp-otel observe --pod 12', 'unknown option --pod; did you mean --pid?'],
    ['frp-otel exec frpc', 'exec, and exec alone, has a command after --'],
    ['frp-otel observe -- frpc', 'exec, and exec alone, has a command after --'],
    ['frp-otel exec --', 'expected a command after --'],
    ['frpc -c frpc.toml', 'expected frp-otel, found frpc'],
  ])('%s: %s', (line, refusal) => {
    expect(refusalOf(words(line))).toBe(refusal);
  });
});

describe('commandLinesIn', () => {
  it('finds what is to be typed, also within another command', () => {
    const text =
      '```sh\nfrp-otel doctor   # why\nnpm ci\nkubectl exec x -- frp-otel status\ncompose exec frp-otel frp-otel\n```\n';
    expect(commandLinesIn(text)).toEqual([['frp-otel', 'doctor'], ['frp-otel', 'status'], ['frp-otel']]);
  });
});

describe.each(['systemd', 'docker', 'kubernetes'])('examples/%s', (folder) => {
  const readme = textOf(folder, 'README.md');

  it('has a README whose commands frp-otel takes', () => {
    const lines = commandLinesIn(readme);
    expect(lines).not.toEqual([]);
    expect(lines.map((line) => [line.join(' '), refusalOf(line)])).toEqual(
      lines.map((line) => [line.join(' '), undefined]),
    );
  });

  it('has a README that names every file, and none that is not there', () => {
    const named = new Set(linkedIn(readme));
    const files = fileNames(folder).filter((name) => name !== 'README.md' && !name.endsWith('.dockerignore'));
    expect([...named].sort()).toEqual(files);
  });
});
