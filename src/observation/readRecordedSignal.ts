import { FrpOptionsError } from '../config/FrpInstrumentationOptions.js';
import type { FrpRecordedSignal } from './FrpRecordedSignal.js';
import { recordedSchemas } from './recordedSchemas.js';

const MAX_FAULTS = 5;
const MAX_SHOWN = 255;

/** @throws FrpOptionsError naming each field that is wrong */
export const readRecordedSignal = (value: unknown): FrpRecordedSignal => {
  try {
    return read(value);
  } catch (error) {
    if (error instanceof FrpOptionsError) throw error;
    throw new FrpOptionsError('record: the signal cannot be read'); // a getter of it throws
  }
};

const read = (value: unknown): FrpRecordedSignal => {
  const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
  const schemas = recordedSchemas();
  const schema = schemas.get(kind);
  if (schema === undefined) {
    const kinds = [...schemas.keys()].join(', ');
    throw new FrpOptionsError(`record: kind: expected one of ${kinds}, received ${shown(kind)}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data as FrpRecordedSignal;
  const faults = result.error.issues
    .slice(0, MAX_FAULTS)
    .map(({ path, message }) => [path.map(String).join('.'), message].filter(Boolean).join(': '));
  throw new FrpOptionsError(`record: ${String(kind)}: ${faults.join('; ')}`);
};

const shown = (kind: unknown): string =>
  typeof kind === 'string' ? JSON.stringify(kind.slice(0, MAX_SHOWN)) : typeof kind;
