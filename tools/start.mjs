// `npm start`: sets up what a fresh clone lacks, then runs the demo. Only Node's own modules until npm ci is through.
import { ensureBuilt, ensureInstalled, say } from './setup.mjs';

try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  say(`Set-up failed: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
await import('../examples/demo/main.mjs');
