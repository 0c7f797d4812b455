import type { Document, LineCounter, Node } from 'yaml';
import { composeYaml } from '../frp/config/parseYaml.js';
import { yamlLibrary } from '../frp/config/yamlLibrary.js';
import type { OptionPath } from './Fault.js';
import { showPath } from './Fault.js';
import { FileFault, type ParsedFile } from './FileFault.js';

const MAX_ALIASES = 100;

/** @throws FileFault */
export const parseYamlFile = (text: string): ParsedFile => {
  const { document, lineCounter } = composeYaml(
    text,
    { version: '1.2' },
    (line, column) => new FileFault(`expected YAML, found something else at column ${column}`, line),
  );
  if (document === undefined) return { value: undefined, lineOf: () => undefined };
  refuseRepeated(document, lineCounter);
  return { value: valuesOf(document), lineOf: (path) => lineIn(document, lineCounter, path) };
};

const valuesOf = (document: Document.Parsed): unknown => {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    throw new FileFault(`expected at most ${MAX_ALIASES} aliases, and none that is within itself`);
  }
};

/** @throws FileFault for a key that is there twice: YAML would take the last one and forget the first */
const refuseRepeated = (document: Document.Parsed, lineCounter: LineCounter): void => {
  const { isScalar, visit } = yamlLibrary();
  visit(document, {
    Map: (_, { items }) => {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        const name = isScalar(key) ? key.value : key;
        if (keys.has(name))
          throw new FileFault(`${showPath([String(name)])} is there twice`, lineOfNode(key, lineCounter));
        keys.add(name);
      }
    },
  });
};

const lineOfNode = (node: unknown, lineCounter: LineCounter): number | undefined => {
  const offset = (node as Node | null)?.range?.[0];
  return offset === undefined ? undefined : lineCounter.linePos(offset).line;
};

/** The line of an option's key, or of what comes nearest to it. */
const lineIn = (document: Document.Parsed, lineCounter: LineCounter, path: OptionPath): number | undefined => {
  const { isAlias, isMap, isScalar, isSeq } = yamlLibrary();
  let node: unknown = document.contents;
  let line: number | undefined;
  for (const step of path) {
    const inner = isAlias(node) ? node.resolve(document) : node;
    if (isMap(inner)) {
      const pair = inner.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) break;
      line = lineOfNode(pair.key, lineCounter) ?? line;
      node = pair.value;
    } else if (isSeq(inner)) {
      node = inner.items[Number(step)];
      line = lineOfNode(node, lineCounter) ?? line;
    } else break;
  }
  return line;
};
