// `node tools/completeLockfile.mjs`, after a change of dependencies: names in the project's lockfiles the native packages of
// other platforms. npm leaves those out that the registry in use does not serve, and `npm ci` then refuses the lockfile everywhere.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LOCKFILES = ['package-lock.json', 'tools/matrix/sdk3/package-lock.json'];
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

for (const name of LOCKFILES) complete(name);

/** @param {string} name of a lockfile, from the project's folder */
function complete(name) {
  const file = fileURLToPath(new URL(`../${name}`, import.meta.url));
  /** @type {{ packages: Record<string, { optionalDependencies?: Record<string, string>, dev?: boolean }> }} */
  const lockfile = JSON.parse(readFileSync(file, 'utf8'));
  const added = Object.values(lockfile.packages).flatMap(({ optionalDependencies = {}, dev }) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !Object.keys(lockfile.packages).some((path) => path.endsWith(`node_modules/${name}`)))
      .map(([name, version]) => [`node_modules/${name}`, entry(name, version, dev)]),
  );
  const packages = Object.entries(lockfile.packages).concat(/** @type {any} */ (added));
  // npm's own order
  packages.sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(file, `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(packages) }, undefined, 2)}\n`);
  console.log(`${name}: ${added.length} packages of other platforms added`);
}

/**
 * @param {string} name such as `@biomejs/cli-linux-x64-musl`: system, processor and C library stand in it
 * @param {string} version
 * @param {boolean | undefined} dev
 */
function entry(name, version, dev) {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`${name}: expected a system and a processor in its name`);
  const libc = ['musl', 'gnu'].filter((library) => words.some((word) => word.startsWith(library)));
  return {
    version,
    cpu,
    ...(dev && { dev }),
    ...(libc.length > 0 && { libc: libc.map((library) => (library === 'gnu' ? 'glibc' : library)) }),
    optional: true,
    os,
  };
}
