import * as z from 'zod';
import type { FrpServerClient } from './FrpApi.js';
import { text } from './readAnswer.js';

/** frps gives Unix seconds, and 0 or nothing for never. */
const seconds = z.int().min(0).max(8_640_000_000_000).nullish();
const millisOf = (value: number | null | undefined): number | undefined => (value ? value * 1000 : undefined);

/** A client, the same in both APIs (server/http/model/types.go). */
export const clientItem: z.ZodType<FrpServerClient> = z
  .object({
    key: z.string().min(1),
    user: text,
    clientID: text,
    runID: text,
    version: text,
    hostname: text,
    clientIP: text,
    online: z.boolean(),
    lastConnectedAt: seconds,
    disconnectedAt: seconds,
  })
  .transform((client) => ({
    key: client.key,
    user: client.user,
    clientId: client.clientID,
    runId: client.runID,
    version: client.version,
    hostname: client.hostname,
    address: client.clientIP,
    online: client.online,
    connectedAt: millisOf(client.lastConnectedAt),
    disconnectedAt: millisOf(client.disconnectedAt),
  }));
