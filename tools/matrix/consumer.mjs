import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, npm } from './execute.mjs';

const TYPES = fileURLToPath(new URL('../../node_modules/@types', import.meta.url));
const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
const PROGRAM = fileURLToPath(new URL('consumer.ts', import.meta.url));

/** What users have: no lockfile of ours, the strictest types, and types of libraries checked too. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    types: ['node'],
    typeRoots: [TYPES],
  },
  files: ['consumer.ts'],
};

/**
 * Installs the package as a user does, on the Node.js of a line, once by itself and once beside the user's NodeSDK. Then checks
 * that there is one copy of each OpenTelemetry package, of that line, that it can be imported, and that its types fit.
 *
 * @param {import('./lines.mjs').Line} line
 * @param {string} tarball
 * @param {string} folder an empty one
 * @returns {Promise<number>} how many OpenTelemetry packages there are beside the NodeSDK
 */
export const checkConsumer = async ({ program, sdk, sdkNode }, tarball, folder) => {
  const alone = await install(program, join(folder, 'alone'), [tarball, '@opentelemetry/api']);
  expectOneCopy(alone, sdk);

  const beside = join(folder, 'beside');
  const versions = [`@opentelemetry/sdk-node@${sdkNode}`, `@opentelemetry/instrumentation@${sdkNode}`];
  const copies = await install(program, beside, [...versions, '@opentelemetry/api', tarball]);
  expectOneCopy(copies, sdk);

  const load = ['', '/register', '/semconv'].map((entry) => `opentelemetry-instrumentation-frp${entry}`);
  await execute(program, load.flatMap((name) => ['--import', name]).concat('--eval', ''), beside);

  await copyFile(PROGRAM, join(beside, 'consumer.ts'));
  await writeFile(join(beside, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  await execute(program, [TSC, '-p', beside], beside);
  return new Set(copies.map(({ name }) => name)).size;
};

/**
 * @param {string} program
 * @param {string} folder
 * @param {readonly string[]} packages
 */
const install = async (program, folder, packages) => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await npm(program, ['install', ...packages], folder);
  return [...copiesIn(join(folder, 'node_modules'))];
};

/**
 * @typedef {object} Copy
 * @property {string} name
 * @property {string} version
 * @property {string} path
 */

/**
 * @param {string} modules a node_modules
 * @returns {Generator<Copy>} each OpenTelemetry package in it and below it
 */
function* copiesIn(modules) {
  if (!existsSync(modules)) return;
  const entries = readdirSync(modules).flatMap((entry) =>
    entry.startsWith('@') ? readdirSync(join(modules, entry)).map((name) => `${entry}/${name}`) : [entry],
  );
  for (const name of entries) {
    const path = join(modules, name);
    if (name.startsWith('@opentelemetry/')) {
      yield { name, path, version: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).version };
    }
    yield* copiesIn(join(path, 'node_modules'));
  }
}

/**
 * @param {readonly Copy[]} copies
 * @param {string} sdk
 */
const expectOneCopy = (copies, sdk) => {
  const seen = new Map();
  for (const { name, version, path } of copies) seen.set(name, [...(seen.get(name) ?? []), `${version} in ${path}`]);
  const several = [...seen].filter(([, places]) => places.length > 1);
  if (several.length > 0) throw new Error(`expected one copy of each package, found ${JSON.stringify(several)}`);
  const version = copies.find(({ name }) => name === '@opentelemetry/sdk-metrics')?.version;
  if (version !== sdk) throw new Error(`expected sdk-metrics ${sdk}, found ${version}`);
};
