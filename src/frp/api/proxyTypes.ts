import * as z from 'zod';

/** Every type of proxy (pkg/config/v1/proxy.go). */
export const PROXY_TYPES = ['tcp', 'udp', 'http', 'https', 'tcpmux', 'stcp', 'sudp', 'xtcp'] as const;

/** `proxyTypeCount`: proxies registered now; a type stays with 0 when its last proxy is gone. */
export const proxyTypeCount = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((counts) =>
    Object.fromEntries(
      PROXY_TYPES.flatMap((type): [string, number][] => {
        const count = counts?.[type];
        return Number.isSafeInteger(count) ? [[type, Math.max(0, count as number)]] : [];
      }),
    ),
  );
