// `node tools/grafana.mjs`: writes what in examples/grafana/ Grafana provisions itself with anew, of the default rules and in both dialects.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RENDERED_FOLDERS } from './grafana/folders.mjs';
import { ensureBuilt } from './setup.mjs';

/** @param {string} path */
const inProject = (path) => new URL(`../${path}`, import.meta.url);

await ensureBuilt();
const { DEFAULT_RULES: rules } = await import(inProject('dist/alerts/defaultRules.js').href);
const { renderGrafanaFolder } = await import(inProject('dist/grafana/renderGrafanaFolder.js').href);
for (const { path, dialect } of RENDERED_FOLDERS) {
  const folder = fileURLToPath(inProject(path));
  await rm(folder, { recursive: true, force: true }); // all of it is ours: what is not rendered any more goes
  for (const file of renderGrafanaFolder({ dialect, rules, runbookUrl: undefined, existing: {} })) {
    const place = resolve(folder, file.path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, file.text);
  }
}
