import * as z from 'zod';

/** Milliseconds since the Unix epoch, as far as a date goes (ECMAScript, "Time Values and Time Range"). */
export const moment = z.number().min(-8.64e15).max(8.64e15);
