import * as z from 'zod';

/** One line of `journalctl -o json`; MESSAGE is an array of bytes where it holds control characters, such as frp's colours. */
const entry = z.object({
  __CURSOR: z.string(),
  __REALTIME_TIMESTAMP: z.string().regex(/^\d{1,16}$/),
  MESSAGE: z.union([z.string(), z.array(z.int().min(0).max(255))]),
});

export interface JournalEntry {
  readonly cursor: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly message: string;
}

/** @returns undefined for what is no entry with a message */
export const readJournalEntry = (text: string): JournalEntry | undefined => {
  const { success, data } = entry.safeParse(parseJson(text));
  if (!success) return undefined;
  const { __CURSOR: cursor, __REALTIME_TIMESTAMP: micros, MESSAGE: message } = data;
  return {
    cursor,
    time: Number(micros) / 1_000,
    message: typeof message === 'string' ? message : Buffer.from(message).toString('utf8'),
  };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
