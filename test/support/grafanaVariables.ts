import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { ALL, type Choices, type Escaping, interpolate } from './grafana/interpolate.js';

/** What Grafana sets itself. */
const BUILT_IN: Readonly<Record<string, string>> = {
  __rate_interval: '1m0s',
  __interval: '15s',
  __interval_ms: '15000',
  __range: '10800s',
  __range_s: '10800',
  __range_ms: '10800000',
};

/** `${__data.fields["Tunnel"]:percentencode}` is one, too. `$1` is none: it is of `label_replace`. */
const VARIABLE = /\$\{(\w+)(?:\.[^}:]*)?(?::([^}]*))?\}|\$([A-Za-z_]\w*)|\[\[(\w+)\]\]/g;

export interface VariableUse {
  readonly name: string;
  readonly format: string | undefined;
}

export const variableUses = (text: string): readonly VariableUse[] =>
  [...text.matchAll(VARIABLE)].map(([, braced, format, plain, old]) => ({
    name: braced ?? plain ?? old ?? '',
    format,
  }));

export const isBuiltIn = (name: string): boolean => name.startsWith('__');

/**
 * A query with something in place of each variable: what is chosen, else what stands there at first, else `x`. Of what asks no format
 * the data source's own is written: of Prometheus's alone more is known than that.
 */
export const written = (
  text: string,
  { templating: { list = [] } }: Pick<Dashboard, 'templating'>,
  chosen: Choices = {},
  escaping?: Escaping,
): string => {
  const first = list.map(({ name, type, current, includeAll }) => {
    const values = [current?.value ?? []].flat();
    return [name, type === 'query' ? (includeAll ? ALL : 'x') : (values[0] ?? 'x')] as const;
  });
  return interpolate(text, {
    variables: list,
    choices: { ...Object.fromEntries(first), ...chosen },
    builtIn: { ...BUILT_IN, ...groupsOf(text) },
    ...(escaping && { escaping }),
  });
};

const groupsOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(/\$(\d+)/g)].map(([whole, group = '']) => [group, whole]));
