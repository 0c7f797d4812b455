import type * as z from 'zod';
import { flagOf } from './optionForms.js';
import { nodeOf } from './optionNode.js';

type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'FRP_OTEL_';

/** Ours, and no options: the config file itself, a password for the command line, and what tools and tests of this package read. */
const NO_OPTIONS = ['CONFIG', 'API_PASSWORD', 'CACHE_DIR', 'BENCH_PEER'].map((name) => `${PREFIX}${name}`);

/** An option that a variable can give. */
export interface OptionVariable {
  readonly name: string;
  readonly path: readonly string[];
  /** As a config file would have it; what is not understood stays a text. */
  readonly read: (text: string) => unknown;
}

/** `thresholds.serverCpu` is `FRP_OTEL_THRESHOLDS_SERVER_CPU`. */
export const variableName = (path: readonly string[]): string =>
  PREFIX + path.map((name) => name.replace(/[A-Z]/g, '_$&').toUpperCase()).join('_');

/** One variable for each option, those of a group each; a list is one. */
export const optionVariables = (schema: z.core.$ZodType, path: readonly string[] = []): readonly OptionVariable[] => {
  const node = nodeOf(schema);
  const variable = (read: OptionVariable['read']): OptionVariable => ({ name: variableName(path), path, read });
  switch (node.kind) {
    case 'leaf':
      return node.form.data === undefined ? [] : [variable(node.form.fromText)];
    case 'list':
      return [variable(path.join('.') === 'probes.targets' ? targetsOf : jsonOf)];
    case 'group': {
      const inner = Object.entries(node.shape).flatMap(([key, each]) => optionVariables(each, [...path, key]));
      return node.isFlag ? [variable(flagOf), ...inner] : inner;
    }
  }
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text; // refused as what it is: no array
  }
};

/** A name may hold a `=` and a URL a comma: the next one begins where a name and a URL follow a comma. */
const NEXT_TARGET = /,(?=[^,]+?=[a-z]+:\/\/)/;
const TARGET = /^(.+?)=([a-z]+:\/\/.*)$/s;
/** A target whose scheme is mistyped, within the name or the URL of another: a name or a URL that has this is JSON's. */
const MISTYPED_IN_NAME = /[@,]|:\//;
const MISTYPED_IN_URL = /,[^,]*(?:=|\/\/)/;

/** `ssh=tcp://h:6000,web=http://h/`, or JSON as the others. */
const targetsOf = (text: string): unknown => {
  if (text.startsWith('[')) return jsonOf(text);
  const targets = text.split(NEXT_TARGET).map(targetOf);
  return targets.includes(undefined) ? text : targets;
};

const targetOf = (text: string): object | undefined => {
  const [, proxy = '', url = ''] = TARGET.exec(text.trim()) ?? [];
  return proxy === '' || MISTYPED_IN_NAME.test(proxy) || MISTYPED_IN_URL.test(url) ? undefined : { proxy, url };
};

/** Options of the environment as a config file would have them; an empty variable is none. */
export const readEnvironment = (variables: readonly OptionVariable[], env: Environment): object => {
  const options: Group = new Map();
  for (const { name, path, read } of variables) {
    const text = env[name]?.trim();
    if (text) put(options, path, read(text));
  }
  return objectOf(options);
};

/** `FRP_OTEL_PROMETHEUS=false` wins over `FRP_OTEL_PROMETHEUS_PORT`; with `true` that is told. */
const put = (options: Group, [key = '', ...below]: readonly string[], value: unknown): void => {
  if (below.length === 0) {
    options.set(key, value);
    return;
  }
  const given = options.get(key) ?? true;
  const group: unknown = given === true ? new Map() : given;
  if (!(group instanceof Map)) return;
  options.set(key, group);
  put(group, below, value);
};

/** Made here: what a variable says is never gone into. */
type Group = Map<string, unknown>;

const objectOf = (group: Group): object =>
  Object.fromEntries([...group].map(([key, value]) => [key, value instanceof Map ? objectOf(value) : value]));

/** Variables with our prefix that are none. */
export const unknownVariables = (variables: readonly OptionVariable[], env: Environment): readonly string[] => {
  const known = new Set([...NO_OPTIONS, ...variables.map(({ name }) => name)]);
  return Object.keys(env).filter((name) => name.startsWith(PREFIX) && !known.has(name));
};
