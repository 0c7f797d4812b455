import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { extname } from 'node:path';
import type { OptionPath } from './Fault.js';
import { FileFault, type ParsedFile } from './FileFault.js';
import { FrpOptionsError } from './FrpInstrumentationOptions.js';
import { parseJsonFile } from './parseJsonFile.js';
import { parseTomlFile } from './parseTomlFile.js';
import { parseYamlFile } from './parseYamlFile.js';

const PARSERS: Readonly<Record<string, (text: string) => ParsedFile>> = {
  '.yaml': parseYamlFile,
  '.yml': parseYamlFile,
  '.json': parseJsonFile,
  '.toml': parseTomlFile,
};

const MAX_BYTES = 1024 * 1024;

/**
 * Reads a config file, whose ending says what it is written in.
 *
 * @throws FrpOptionsError with its path, and the line where it is known
 */
export const readConfigFile = (
  path: string,
): { readonly value: unknown; readonly placeOf: (path: OptionPath) => string } => {
  const place = (line?: number): string => (line === undefined ? path : `${path}:${line}`);
  try {
    const parse = PARSERS[extname(path).toLowerCase()];
    if (parse === undefined) throw new FileFault(`expected a file that ends in ${Object.keys(PARSERS).join(', ')}`);
    const { value, lineOf } = parse(textOf(path));
    // A file that says nothing yet.
    return { value: value ?? {}, placeOf: (option) => place(lineOf(option)) };
  } catch (error) {
    if (error instanceof FileFault) throw new FrpOptionsError(`${place(error.line)}: ${error.message}`);
    const { code } = error as NodeJS.ErrnoException;
    throw new FrpOptionsError(`${path}: ${FAULTS[code ?? ''] ?? `it cannot be read (${code ?? 'it is broken'})`}`);
  }
};

const FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'expected UTF-8, found something else',
};

/** A pipe would keep us waiting, and a device has no end. */
const textOf = (path: string): string => {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(file).isFile()) throw new FileFault('expected a regular file, found something else');
    const bytes = Buffer.alloc(MAX_BYTES + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null);
    }
    if (length > MAX_BYTES) throw new FileFault(`expected at most ${MAX_BYTES} bytes, found more`);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length));
  } finally {
    closeSync(file);
  }
};
