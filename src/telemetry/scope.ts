import { createRequire } from 'node:module';

const { name, version } = createRequire(import.meta.url)('../../package.json') as { name: string; version: string };

/** The instrumentation scope of everything that this package emits. */
export const SCOPE = { name, version } as const;
