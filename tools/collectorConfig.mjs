// `node tools/collectorConfig.mjs`: writes the default alert rules into the files of collector-config/ anew.
import { readFile, writeFile } from 'node:fs/promises';
import { FILES_WITH_RULES, withRules } from './otelcol/withRules.mjs';
import { ensureBuilt } from './setup.mjs';

/** @param {string} path */
const inProject = (path) => new URL(`../${path}`, import.meta.url);

await ensureBuilt();
const { DEFAULT_RULES } = await import(inProject('dist/alerts/defaultRules.js').href);
const { collectorProcessors } = await import(inProject('dist/alerts/render/collector.js').href);

for (const file of FILES_WITH_RULES) {
  const place = inProject(`collector-config/${file}`);
  await writeFile(place, withRules(await readFile(place, 'utf8'), collectorProcessors(DEFAULT_RULES)));
}
