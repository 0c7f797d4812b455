import { ATTR_CODE_FILE_PATH, ATTR_CODE_LINE_NUMBER } from '@opentelemetry/semantic-conventions';
import { ATTR_FRP, INSTANCE_ATTRIBUTES } from './attributes.js';

/** Names of what log records and spans carry of whom they are about. */
export const SUBJECT_ATTRIBUTES = [...INSTANCE_ATTRIBUTES, 'process.pid'] as const;

/** Names of what a log record carries of the line that it is of, besides; an event that no line tells has none of them. */
export const LINE_ATTRIBUTES = [
  ATTR_FRP.runId,
  'log.iostream',
  'log.file.path',
  'log.file.name',
  'log.file.record_offset',
  ATTR_CODE_FILE_PATH,
  ATTR_CODE_LINE_NUMBER,
] as const;
