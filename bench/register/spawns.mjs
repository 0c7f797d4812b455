// A process of its own: what a spawn that has nothing to do with frp takes, without this package, with it imported, and registered.
import { spawn } from 'node:child_process';
import diagnosticsChannel from 'node:diagnostics_channel';
import { once } from 'node:events';

/** @typedef {{ firstMicros: number, micros: Record<string, number>, spawnMillis: number[] }} Spawns */

/** As node publishes it of `spawn('true')`, and of what build tools do. */
const COMMANDS = {
  true: ['true'],
  'a compiler with 40 arguments': [
    'cc',
    ...Array.from({ length: 39 }, (_, nth) => `-I/usr/include/some/folder/${nth}`),
  ],
  'a shell script of 100 kB': ['/bin/sh', '-c', 'echo "some words of a script" >> file; '.repeat(2_700)],
};

const [state, publishes, spawns] = process.argv.slice(2);
if (state !== 'without') {
  const { registerFrpInstrumentation } = await import('../../dist/index.js');
  if (state === 'registered') registerFrpInstrumentation();
}
const channel = diagnosticsChannel.channel('child_process');
const firstMicros = await microsOf(1, COMMANDS.true);
/** @type {Record<string, number>} */
const micros = {};
for (const [name, command] of Object.entries(COMMANDS)) {
  const times = Number(publishes) / Math.max(1, command.join(' ').length / 1_000);
  await microsOf(times, command); // compiles
  micros[name] = await microsOf(times, command);
}
const spawnMillis = [];
for (let nth = 0; nth < Number(spawns); nth += 1) {
  const startedAt = performance.now();
  await once(spawn('true', { stdio: 'ignore' }), 'exit');
  spawnMillis.push(performance.now() - startedAt);
}
process.send?.({ firstMicros, micros, spawnMillis });
process.exit();

/**
 * Of one spawn's message: its subscribers, and the microtasks that they leave.
 *
 * @param {number} times
 * @param {readonly string[]} spawnargs
 */
async function microsOf(times, spawnargs) {
  const message = { process: { pid: 4711, spawnfile: spawnargs[0], spawnargs } };
  const startedAt = performance.now();
  for (let nth = 0; nth < times; nth += 1) {
    if (channel.hasSubscribers) channel.publish(message);
    await undefined; // whoever spawns comes back to the event loop
  }
  return ((performance.now() - startedAt) / times) * 1_000;
}
