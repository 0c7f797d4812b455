import * as z from 'zod';
import { moment } from './moment.js';

/** That a receiver was told that an alert fires. */
export interface Told {
  /** The alert's. */
  readonly id: string;
  readonly firedAt: number;
  /** Tells one receiver from another, and not where it is. */
  readonly receiver: string;
}

const told = z.object({ told: z.string().min(1).max(64), firedAt: moment, receiver: z.string().min(1).max(64) });

/** As one line, with its end. */
export const toldLine = ({ id, firedAt, receiver }: Told): string =>
  `${JSON.stringify({ told: id, firedAt, receiver })}\n`;

/** @returns undefined where the line tells something else */
export const readToldLine = (line: string): Told | undefined => {
  try {
    const { data } = told.safeParse(JSON.parse(line));
    return data && { id: data.told, firedAt: data.firedAt, receiver: data.receiver };
  } catch {
    return undefined;
  }
};
