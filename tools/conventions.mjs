// `node tools/conventions.mjs`: writes docs, registry and constants of the telemetry model anew.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { conventionFiles, REGISTRY_FOLDER } from './conventions/conventionFiles.mjs';
import { ensureBuilt } from './setup.mjs';

/** @param {string} path */
const inProject = (path) => new URL(`../${path}`, import.meta.url);

await ensureBuilt();
const { telemetryModel } = await import(inProject('dist/telemetry/catalogue/telemetryModel.js').href);
const { renderMetrics } = await import(inProject('dist/cli/renderMetrics.js').href);
const packageJson = JSON.parse(await readFile(inProject('package.json'), 'utf8'));

await rm(inProject(REGISTRY_FOLDER), { recursive: true, force: true });
await mkdir(inProject(REGISTRY_FOLDER));
for (const [path, text] of Object.entries(conventionFiles(telemetryModel, renderMetrics('markdown'), packageJson))) {
  await writeFile(inProject(path), text);
}
