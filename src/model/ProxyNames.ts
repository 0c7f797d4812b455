import type { FrpConfig, FrpProxyConfig } from '../frp/config/FrpConfig.js';
import { runningTunnels } from '../frp/config/runningTunnels.js';

/** The names that begin with the same words. */
interface Beginning {
  readonly longer: Map<string, Beginning>;
  isName: boolean;
}

/**
 * The names of frpc's proxies. frps and all telemetry know `user.name`; frpc prints the bare name from 0.68 on, which may
 * begin like the other, and `user.name` before: its config tells which is which.
 */
export class ProxyNames {
  readonly #prefix: string;
  readonly #configs: ReadonlyMap<string, FrpProxyConfig>;
  readonly #withBlanks = newBeginning();
  /** How many proxies frpc is to run. */
  readonly size: number;

  constructor(config: FrpConfig | undefined) {
    const proxies = config?.proxies ?? [];
    this.size = config === undefined ? 0 : runningTunnels(config).proxies.length;
    this.#prefix = config?.user ? `${config.user}.` : '';
    this.#configs = new Map(proxies.map((proxy) => [proxy.name, proxy]));
    for (const printed of proxies.flatMap(({ name }) => [name, this.#prefix + name])) {
      if (printed.includes(' ')) this.#knowBlanksOf(printed);
    }
  }

  /** What frps calls a proxy that frpc calls so. */
  qualified(printedName: string): string {
    const isBare = this.#configs.has(printedName);
    return !isBare && printedName.startsWith(this.#prefix) ? printedName : this.#prefix + printedName;
  }

  /** What the config calls it. */
  bare(qualifiedName: string): string {
    return qualifiedName.slice(this.#prefix.length);
  }

  /** Empty when the config has no such proxy. */
  typeOf(qualifiedName: string): string {
    return this.configOf(qualifiedName)?.type ?? '';
  }

  /** Undefined when the config has no such proxy. */
  configOf(qualifiedName: string): FrpProxyConfig | undefined {
    return this.#configs.get(this.bare(qualifiedName));
  }

  /** A printed list has blanks between the names, and a name may hold blanks: the config tells which do. */
  listed(words: readonly string[]): string[] {
    const names: string[] = [];
    for (let at = 0; at < words.length; ) {
      const end = at + this.#wordsOfName(words, at);
      const name = words.slice(at, end).join(' ');
      if (name !== '') names.push(name);
      at = end;
    }
    return names;
  }

  /** Of the longest name that begins there. */
  #wordsOfName(words: readonly string[], start: number): number {
    let length = 1;
    let beginning: Beginning | undefined = this.#withBlanks;
    for (let at = start; at < words.length; at += 1) {
      beginning = beginning.longer.get(words[at] ?? '');
      if (beginning === undefined) break;
      if (beginning.isName) length = at + 1 - start;
    }
    return length;
  }

  #knowBlanksOf(name: string): void {
    let beginning = this.#withBlanks;
    for (const word of name.split(' ')) {
      const longer = beginning.longer.get(word) ?? newBeginning();
      beginning.longer.set(word, longer);
      beginning = longer;
    }
    beginning.isName = true;
  }
}

const newBeginning = (): Beginning => ({ longer: new Map(), isName: false });
