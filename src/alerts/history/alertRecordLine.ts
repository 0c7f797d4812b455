import * as z from 'zod';
import { ALERT_SEVERITIES, ALERT_SUBJECTS } from '../../telemetry/catalogue/alertWords.js';
import type { AlertRecord } from '../AlertRecord.js';
import { moment } from './moment.js';

/** As JSON has it, where what is not finite is null. */
const record = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1),
  severity: z.enum(ALERT_SEVERITIES),
  subject: z.enum(ALERT_SUBJECTS),
  state: z.enum(['firing', 'resolved']),
  summary: z.string(),
  description: z.string(),
  runbook: z.array(z.string()),
  attributes: z.record(z.string(), z.string()),
  metric: z.string(),
  value: z.number().nullable(),
  threshold: z.number().optional(),
  createdAt: moment,
  firedAt: moment,
  resolvedAt: moment.optional(),
});

/** One alert as one line, with its end. */
export const alertRecordLine = (alert: AlertRecord): string => `${JSON.stringify(alert)}\n`;

/** The alert of a line; undefined where it is none, as what a crash left of the last one. */
export const readAlertRecordLine = (line: string): AlertRecord | undefined => {
  try {
    const { data } = record.safeParse(JSON.parse(line));
    if (data === undefined) return undefined;
    const { value, threshold, resolvedAt, ...rest } = data;
    return Object.freeze({ ...rest, value: value ?? Number.NaN, threshold, resolvedAt });
  } catch {
    return undefined;
  }
};

/** When it happened that the line tells. */
export const timeOfRecord = ({ resolvedAt, firedAt, createdAt }: AlertRecord): number =>
  resolvedAt ?? firedAt ?? createdAt;
