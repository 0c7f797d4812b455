import * as z from 'zod';
import { moment } from './moment.js';

/** What a receiver was told of an alert: that it fires, or that it is over. */
export interface Told {
  /** The alert's. */
  readonly id: string;
  readonly firedAt: number;
  /** Tells one receiver from another, and not where it is. */
  readonly receiver: string;
  readonly state: 'firing' | 'resolved';
}

const told = z.object({
  told: z.string().min(1).max(64),
  firedAt: moment,
  receiver: z.string().min(1).max(64),
  // Lines of earlier versions have none: they told only what fires.
  state: z.enum(['firing', 'resolved']).default('firing'),
});

/** As one line, with its end. */
export const toldLine = ({ id, firedAt, receiver, state }: Told): string =>
  `${JSON.stringify({ told: id, firedAt, receiver, ...(state === 'resolved' && { state }) })}\n`;

/** @returns undefined where the line tells something else */
export const readToldLine = (line: string): Told | undefined => {
  try {
    const { data } = told.safeParse(JSON.parse(line));
    return data && { id: data.told, firedAt: data.firedAt, receiver: data.receiver, state: data.state };
  } catch {
    return undefined;
  }
};
