import { chmod, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { run } from './setup.mjs';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

await rm(DIST, { recursive: true, force: true });
await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']);
await chmod(`${DIST}/cli/main.js`, 0o755);
