import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../src/frp/config/parseConfig.js';
import { renderTemplate } from '../../../src/frp/config/renderTemplate.js';
import { TEMPLATE_EXAMPLE } from './examples.js';

const environment = { A: 'x', EMPTY: '', QUOTED: 'say "hi"\\', NUMBER: '7' };
const render = (template: string) => renderTemplate(template, { environment, hasNumberRanges: true });

describe('renderTemplate', () => {
  // Each result is what Go's text/template made of it.
  it.each([
    ['no template }} here', 'no template }} here'],
    ['{{ .Envs.A }}', 'x'],
    ['{{.Envs.A}}', 'x'],
    ['{{ $.Envs.A }}', 'x'],
    ['{{ (.Envs.A) }}', 'x'],
    ['a{{ .Envs.NOPE }}b', 'a<no value>b'],
    ['{{ .Envs.__proto__ }}', '<no value>'],
    ['{{ index .Envs "A" }}{{ index .Envs "NOPE" }}|', 'x|'],
    ['a \n {{- .Envs.A -}} \n b', 'axb'],
    ['a {{ .Envs.A -}} b {{- .Envs.A }} c', 'a xbx c'],
    ['a {{- /* a }} comment */ -}} b', 'ab'],
    ['{{/* comment */}}a', 'a'],
    ['{{ "a\\"\\n" }}{{ `raw\\` }}{{ 12 }} {{ true }}', 'a"\nraw\\12 true'],
    ['{{"{{"}} }}', '{{ }}'],
    ['{{ range $i, $v := parseNumberRange "5-7" }}{{ $i }}:{{ $v }} {{ end }}', '0:5 1:6 2:7 '],
    ['{{ range $v := parseNumberRange "1,2" }}{{ $v }},{{ . }};{{ else }}none{{ end }}', '1,1;2,2;'],
    ['{{ range parseNumberRange "1,2" }}{{ . }}{{ end }}', '12'],
    ['{{ range parseNumberRangePair "1-2" "8,9" }}{{ .First }}-{{ .Second }} {{ end }}', '1-8 2-9 '],
    ['{{ range $_, $v := parseNumberRangePair "1" "8" }}{{ $v.First }}{{ $v.Second }}{{ end }}', '18'],
    ['{{ range $v := parseNumberRange "1" }}{{ $.Envs.A }}{{ end }}', 'x'],
    ['{{ if .Envs.EMPTY }}yes{{ else }}no{{ end }}', 'no'],
    ['{{ if .Envs.NOPE }}a{{ else if .Envs.A }}b{{ else }}c{{ end }}', 'b'],
    ['{{ if eq .Envs.A "x" }}eq{{ end }}{{ if ne .Envs.A "x" }}ne{{ end }}', 'eq'],
    ['{{ or .Envs.NOPE "default" }} {{ and .Envs.A "both" }} {{ not .Envs.NOPE }}', 'default both true'],
    ['{{ $x := .Envs.A }}{{ $x }}', 'x'],
    ['{{ $x := 1 }}{{ range parseNumberRange "5,6" }}{{ $x = . }}{{ end }}{{ $x }}', '6'],
    ['{{ .Envs.QUOTED | printf "%q" }}', '"say \\"hi\\"\\\\"'],
    ['{{ range .Envs.NUMBER | parseNumberRange }}{{ . }}{{ end }}', '7'],
  ])('given %j, gives %j', (template, output) => {
    expect(render(template)).toBe(output);
  });

  it.each([
    ['a\n{{ call .Envs.A }}', 'the Go template at line 2, column 1: this function cannot be evaluated here'],
    ['{{ template "x" }}', /cannot be evaluated here/],
    [
      '{{ .Env.A }}',
      'the Go template at line 1, column 1: expected a field that there is: .Envs.NAME, .First or .Second',
    ],
    ['{{ .Envs.A', /expected it to close with }}/],
    ['{{ .Envs.my-var }}', /hold nothing that only Go can evaluate/],
    ['{{-.Envs.A}}', /only Go can evaluate/],
    ['{{}}', /expected \.Envs\.NAME/],
    ['{{ end }}', /expected a block for it to end/],
    ['x\n  {{ if true }}', 'the Go template at line 2, column 3: expected {{ end }} after it'],
    ['{{ if true }}{{ else }}{{ else }}{{ end }}', /expected {{ end }}/],
    ['{{ $x }}', /no such variable/],
    ['{{ $x = 1 }}', /no such variable/],
    ['{{ range .Envs }}{{ end }}', /expected range over parseNumberRange/],
    ['{{ range $v := parseNumberRange "1" }}{{ .Envs.A }}{{ end }}', /expected a field that there is/],
    ['{{ parseNumberRange "1-3" }}', /expected a text or number/],
    ['{{ parseNumberRange "3-1" }}', /expected ranges such as "6000-6006,6007"/],
    ['{{ parseNumberRange "1-99999999" }}', /of at most 65536 numbers/],
    ['{{ parseNumberRangePair "1-2" "1-3" }}', /two ranges of one length/],
    ['{{ "\\x41" }}', /escape that cannot be read/],
    ['{{ /* c */ }}', /only Go can evaluate/],
    ['{{/* c }}', /comment to end/],
    ['{{ "secret" "word" }}', /expected a function/],
    ['{{ printf "%d" 1 }}', /cannot be evaluated here with these arguments/],
    ['{{ eq .Envs.A 1 }}', /with these arguments/],
  ])('given %j, refuses it', (template, message) => {
    expect(() => render(template)).toThrow(message);
  });

  it('refuses what needs an environment that is not known', () => {
    const unknown = { environment: undefined, hasNumberRanges: true };
    expect(() => renderTemplate('{{ .Envs.A }}', unknown)).toThrow("the process's environment is not known here");
    expect(renderTemplate('{{ range parseNumberRange "1" }}{{ . }}{{ end }}', unknown)).toBe('1');
  });

  it.each([
    ['nested ranges', `${'{{ range parseNumberRange "1-1000" }}'.repeat(4)}x${'{{ end }}'.repeat(4)}`],
    ['a long text, often', `{{ range parseNumberRange "1-60000" }}${'x'.repeat(1000)}{{ end }}`],
    ['the environment, often', `{{ range parseNumberRange "1-60000" }}{{ $.Envs.LONG }}{{ end }}`],
    ['many lists', '{{ $x := parseNumberRange "1-60000" }}'.repeat(1000)],
    ['many blocks in each other', `${'{{ if true }}'.repeat(10_000)}${'{{ end }}'.repeat(10_000)}`],
    ['many else if', `{{ if false }}${'{{ else if false }}'.repeat(10_000)}{{ end }}`],
    ['many parentheses', `{{ ${'('.repeat(10_000)}1${')'.repeat(10_000)} }}`],
  ])('given a template that grows without bound, by %s, refuses it', (_way, template) => {
    const bomb = () => renderTemplate(template, { environment: { LONG: 'x'.repeat(100_000) }, hasNumberRanges: true });
    expect(bomb).toThrow(/at most|expected \.Envs/);
  });
});

describe('a config with templates', () => {
  const options = { environment: { FRP_SERVER: 'frp.example', FRP_USER: 'alice' } };

  it('is read as frpc reads it', () => {
    const { serverAddr, user, proxies } = parseConfig(TEMPLATE_EXAMPLE, 'client', options);
    expect({ serverAddr, user }).toEqual({ serverAddr: 'frp.example', user: 'alice' });
    expect(proxies.map(({ name, type, localPort, remotePort }) => [name, type, localPort, remotePort])).toEqual([
      ['game-0', 'tcp', 6000, 7000],
      ['game-1', 'tcp', 6001, 7001],
      ['game-2', 'tcp', 6002, 7002],
      ['game-3', 'tcp', 6007, 7007],
      ['udp-53', 'udp', 53, 53],
      ['udp-123', 'udp', 123, 123],
    ]);
  });

  it('has the value of the environment in its password, and in no message', () => {
    const text = 'webServer.port = 1\nwebServer.password = "{{ .Envs.PW }}"\n';
    const read = (PW: string) => parseConfig(text, 'server', { environment: { PW } });
    expect(read('hunter2').webServer?.password.reveal()).toBe('hunter2');
    expect(() => read('hunter2"')).toThrow(/^(?!.*hunter2).*not TOML/);
  });
});
