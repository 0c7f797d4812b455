// A process of its own: what it takes to import a module, and to register where it is this package.
const [specifier = ''] = process.argv.slice(2);

/** @typedef {{ importMillis: number, importCpuMillis: number, registerMillis: number | undefined, rss: number }} Start */

const startedAt = performance.now();
const cpu = process.cpuUsage();
const module = await import(specifier);
const importMillis = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);
const importCpuMillis = (user + system) / 1_000;
const rss = process.memoryUsage.rss();
process.send?.({ importMillis, importCpuMillis, registerMillis: register(), rss });
process.exit();

function register() {
  if (module.registerFrpInstrumentation === undefined) return undefined;
  const startedAt = performance.now();
  module.registerFrpInstrumentation();
  return performance.now() - startedAt;
}
