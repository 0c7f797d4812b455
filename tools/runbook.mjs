// `node tools/runbook.mjs`: writes the rules in docs/alerts.md anew; what stands above the mark is written by hand.
import { readFile, writeFile } from 'node:fs/promises';
import { ensureBuilt } from './setup.mjs';

const MARK = '<!-- rules: node tools/runbook.mjs -->\n';
const file = new URL('../docs/alerts.md', import.meta.url);

await ensureBuilt();
const { ruleCatalogue } = await import(new URL('../dist/alerts/catalogue/ruleCatalogue.js', import.meta.url).href);
const { renderRunbook } = await import(new URL('../dist/alerts/render/runbook.js', import.meta.url).href);

const [byHand, generated] = (await readFile(file, 'utf8')).split(MARK);
if (generated === undefined) throw new Error(`expected ${MARK.trim()} in docs/alerts.md, found none`);
await writeFile(file, `${byHand}${MARK}\n${renderRunbook(ruleCatalogue)}`);
