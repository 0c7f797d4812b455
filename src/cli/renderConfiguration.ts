import { shownReceiver } from '../config/httpUrl.js';
import { withoutCredentials } from '../config/probeUrl.js';
import type { Configuration } from '../config/readConfiguration.js';
import { viewAsWritten } from '../config/viewOptions.js';
import { plainText } from './status/plainText.js';

/** One line for each option that is in force, with where it comes from. */
export const renderConfiguration = ({ config, placeOf }: Configuration): string => {
  const rows = leavesOf(withoutSecretPaths(config), []).map(([path, value]) => [
    path.join('.'),
    shown(value),
    placeOf(path) ?? 'default',
  ]);
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const [first, second] = [width(0), Math.min(width(1), MAX_WIDTH)];
  return rows
    .map(([option = '', value = '', place = '']) =>
      plainText(`${option.padEnd(first)}  ${value.padEnd(second)}  ${place}`),
    )
    .join('\n');
};

const MAX_WIDTH = 40;

export const configurationJson = ({ config }: Configuration): string =>
  JSON.stringify(withoutSecretPaths(config), masked, 2);

/** Whoever knows the path of a webhook can write to it. */
const withoutSecretPaths = ({ alerts, ...config }: Configuration['config']): Configuration['config'] => {
  if (alerts === undefined) return config;
  const shownAll = <Receiver extends { readonly url: string }>(receivers: readonly Receiver[]): Receiver[] =>
    receivers.map((receiver) => ({ ...receiver, url: shownReceiver(receiver.url) }));
  const { alertmanagers, webhooks } = alerts;
  return { ...config, alerts: { ...alerts, alertmanagers: shownAll(alertmanagers), webhooks: shownAll(webhooks) } };
};

type Path = readonly string[];

/** A list is one. */
const leavesOf = (value: unknown, path: Path): readonly (readonly [path: Path, value: unknown])[] => {
  if (value === undefined) return [];
  const isGroup = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isGroup) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
};

const shown = (value: unknown): string => JSON.stringify(value, masked) ?? String(value);

const asWritten = (value: unknown): object | undefined =>
  typeof value === 'object' && value !== null ? viewAsWritten(value) : undefined;

/** A URL may hold a secret, and so may a text that was meant to be one; an expression is shown by its source. */
const masked = (key: string, value: unknown): unknown => {
  const shownAs = value instanceof RegExp ? value.source : (asWritten(value) ?? value);
  const mayBeSecret = typeof shownAs === 'string' && (key === 'url' || shownAs.includes('@'));
  return mayBeSecret ? withoutCredentials(shownAs) : shownAs;
};
