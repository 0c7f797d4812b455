import { fileURLToPath } from 'node:url';

/** Where a file of collector-config/ is. */
export const collectorFile = (name: string): string =>
  fileURLToPath(new URL(`../../collector-config/${name}`, import.meta.url));
