import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The library takes 30 ms of CPU to load: a program pays them with its first YAML, and not with its start. */
export const yamlLibrary = (): typeof import('yaml') => require('yaml');
