import * as z from 'zod';
import type { FrpClientPhase, FrpClientProxy } from './FrpApi.js';
import { type Listed, proxyType, readAnswer, readList, text } from './readAnswer.js';

const MAX_ERROR_LENGTH = 1024;

/** frpc's words (client/proxy/proxy_wrapper.go). */
const PHASES: Readonly<Record<string, FrpClientPhase>> = {
  new: 'new',
  'wait start': 'wait_start',
  'start error': 'start_error',
  running: 'running',
  'check failed': 'check_failed',
  closed: 'closed',
};

const proxyItem: z.ZodType<FrpClientProxy> = z
  .object({
    name: z.string().min(1),
    type: proxyType,
    status: z.enum(Object.keys(PHASES)),
    err: text,
    local_addr: text,
    plugin: text,
    remote_addr: text,
  })
  .transform((item) => ({
    name: item.name,
    type: item.type,
    phase: PHASES[item.status] ?? 'new',
    error: item.err.slice(0, MAX_ERROR_LENGTH),
    localAddress: item.local_addr,
    remoteAddress: item.remote_addr,
    plugin: item.plugin,
  }));

/**
 * Reads `GET /api/status` of frpc. `{}`, and so no proxy at all, is said by an frpc that is not connected (or has none).
 *
 * @throws FrpApiError when the body is another one
 */
export const readClientStatus = (body: unknown): Listed<FrpClientProxy> => {
  const byType = Object.values(readAnswer(z.record(z.string(), z.unknown()), body));
  const found: unknown[] = [];
  for (const proxies of byType) {
    if (Array.isArray(proxies)) for (const proxy of proxies) found.push(proxy);
    else if (proxies !== null) found.push(undefined); // counted as one that cannot be read
  }
  return readList(proxyItem, found);
};
