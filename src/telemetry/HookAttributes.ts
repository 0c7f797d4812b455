import type { Attributes } from '@opentelemetry/api';
import type { ProxyAttributesHook } from '../config/FrpInstrumentationOptions.js';
import type { InstanceSnapshot, ProxySnapshot } from '../model/FrpSnapshot.js';
import { log } from './log.js';
import { prometheusName } from './prometheusName.js';

/** Of one proxy. */
const MAX_ATTRIBUTES = 8;
const MAX_KEY_LENGTH = 100;
/** A string is cut here; one that is longer than the other limit is no label at all. */
const MAX_TEXT_LENGTH = 255;
const MAX_READ_LENGTH = 10_000;
/** Of all proxies together, as long as the program runs. */
const MAX_KEYS = 64;
const MAX_VALUES_PER_KEY = 1_000;

/**
 * Names that would stand twice on a series: ours, those that the Prometheus exporter adds and `le` of its histograms, compared
 * as Prometheus writes them. What begins with two underscores is Prometheus's own.
 */
const RESERVED = /^(?:frp_|otel_scope_|error_type$|le$)/;
const OF_PROMETHEUS = /^[^a-z0-9]{2}/i;

/** The attributes that a user's hook gives to proxies: what it returns is taken for anything, and bounded. */
export class HookAttributes {
  readonly #hook: ProxyAttributesHook;
  readonly #values = new Map<string, Set<unknown>>();
  readonly #said = new Set<string>();

  constructor(hook: ProxyAttributesHook) {
    this.#hook = hook;
  }

  /** Never throws; what cannot be used is left out, and said once for each reason. @returns undefined where the hook threw */
  of(proxy: ProxySnapshot, instance: InstanceSnapshot): Attributes | undefined {
    try {
      return this.#usable(this.#hook(proxy, instance));
    } catch (error) {
      this.#say('it threw', error);
      return undefined;
    }
  }

  #usable(given: unknown): Attributes {
    if (isThenable(given)) {
      // Nobody else looks at it: its failure would end the program.
      void Promise.resolve(given).then(undefined, () => undefined);
      this.#say('it returned a promise: it must return its attributes at once');
      return {};
    }
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      if (given !== undefined) this.#say(`expected an object with attributes, received ${typeName(given)}`);
      return {};
    }
    return this.#read(given as Readonly<Record<string, unknown>>);
  }

  #read(given: Readonly<Record<string, unknown>>): Attributes {
    const attributes: Attributes = {};
    const names = new Set<string>();
    for (const key of Object.keys(given)) {
      if (names.size === MAX_ATTRIBUTES) {
        this.#say(`a proxy may have ${MAX_ATTRIBUTES} attributes: further ones are left out`);
        break;
      }
      const name = prometheusName(key);
      const isReserved = RESERVED.test(name) || OF_PROMETHEUS.test(key);
      if (key === '' || key.length > MAX_KEY_LENGTH || isReserved || names.has(name)) {
        this.#say(`${quote(key)} can be no attribute's name here: it is left out`);
        continue;
      }
      const value = this.#value(key, given[key]);
      if (value === undefined) continue;
      names.add(name);
      attributes[key] = value;
    }
    return attributes;
  }

  #value(key: string, given: unknown): string | number | boolean | undefined {
    if (given === undefined) return undefined; // as an object with a field that this proxy does not have
    const value = toValue(given);
    if (value === undefined) {
      this.#say(
        `${quote(key)} is left out: expected a short string, a finite number or a boolean, received ${typeName(given)}`,
      );
    } else if (!this.#hasRoomFor(key, value)) {
      this.#say(
        `${quote(key)} has more than ${MAX_VALUES_PER_KEY} values, or is one of more than ${MAX_KEYS} names: left out where it is new`,
      );
      return undefined;
    }
    return value;
  }

  #hasRoomFor(key: string, value: unknown): boolean {
    const values = this.#values.get(key) ?? new Set();
    if (values.has(value)) return true;
    if (values.size >= MAX_VALUES_PER_KEY || (values.size === 0 && this.#values.size >= MAX_KEYS)) return false;
    this.#values.set(key, values.add(value));
    return true;
  }

  /** Bounded: names come from the hook. */
  #say(what: string, error?: unknown): void {
    if (this.#said.has(what) || this.#said.size >= MAX_KEYS) return;
    this.#said.add(what);
    log.warn(`proxyAttributesHook: ${what}`, ...(error === undefined ? [] : [error]));
  }
}

const toValue = (value: unknown): string | number | boolean | undefined => {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > MAX_READ_LENGTH) return undefined;
  // By way of bytes: V8's part of a string keeps the whole of it alive, and half a character is replaced.
  return value.length > MAX_TEXT_LENGTH ? Buffer.from(value.slice(0, MAX_TEXT_LENGTH)).toString() : value;
};

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

const typeName = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? `a string of ${value.length} characters` : `a value of type ${typeof value}`;
};

const quote = (key: string): string => JSON.stringify(key.slice(0, MAX_KEY_LENGTH));
