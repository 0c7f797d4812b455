// `node tools/prometheusConfig.mjs`: writes what in collector-config/prometheus/ and alertmanager/ is made of the default rules anew.
import { readFile, writeFile } from 'node:fs/promises';
import { ALERTMANAGER_FILE, prometheusFiles, withInhibitions } from './prometheus/renderedFiles.mjs';
import { ensureBuilt } from './setup.mjs';

/** @param {string} path */
const inProject = (path) => new URL(`../${path}`, import.meta.url);

await ensureBuilt();
/** @param {string} name */
const built = (name) => import(inProject(`dist/alerts/${name}.js`).href);
const { DEFAULT_RULES } = await built('defaultRules');
const renderers = Object.assign(
  {},
  await built('render/prometheus'),
  await built('render/prometheusTests'),
  await built('render/ruleCases'),
  await built('render/alertmanager'),
);
for (const { path, text } of prometheusFiles(DEFAULT_RULES, renderers)) {
  await writeFile(inProject(`collector-config/${path}`), text);
}
const alertmanager = inProject(`collector-config/${ALERTMANAGER_FILE}`);
await writeFile(alertmanager, withInhibitions(await readFile(alertmanager, 'utf8'), renderers));
