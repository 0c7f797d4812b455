import { composeYaml } from '../frp/config/parseYaml.js';
import { FileFault, type ParsedFile } from './FileFault.js';
import { lineIn, refuseRepeated } from './parseYamlFile.js';

/** @throws FileFault */
export const parseJsonFile = (text: string): ParsedFile => {
  const value = jsonOf(text);
  // JSON is YAML 1.2, whose reader knows where each key stands.
  const { document, lineCounter } = composeYaml(
    text,
    { version: '1.2' },
    (line) => new FileFault('expected fewer brackets within brackets', line),
  );
  if (document === undefined) return { value, lineOf: () => undefined };
  refuseRepeated(document, lineCounter);
  return { value, lineOf: (path) => lineIn(document, lineCounter, path) };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Node says where it is, but not always: "Unexpected end of JSON input".
    const position = /at position (\d+)/.exec((error as Error).message)?.[1];
    const before = text.slice(0, position === undefined ? undefined : Number(position));
    throw new FileFault('expected JSON, found something else', before.split('\n').length);
  }
};
