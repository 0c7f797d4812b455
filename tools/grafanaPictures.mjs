// `node tools/grafanaPictures.mjs FOLDER [OUT]`: draws the layout of each dashboard of the folder, from its JSON alone, as SVG: where
// its panels are, what they are called, of which kind and in which unit, closed rows opened.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';

/**
 * @typedef {import('@grafana/grafana-foundation-sdk/dashboard').Dashboard} Dashboard
 * @typedef {import('@grafana/grafana-foundation-sdk/dashboard').Panel} Panel
 * @typedef {import('@grafana/grafana-foundation-sdk/dashboard').RowPanel} RowPanel
 * @typedef {{ x: number, y: number, width: number, size: number, style?: string }} Place of a text: its base line, and the room for it
 */

const COLUMN = 50;
const ROW = 38; // of Grafana: 30 px, and 8 px between panels
const GAP = 4;
const MARGIN = 12;
const HEAD = 46;

/**
 * By kind; what is not here is white.
 *
 * @type {Readonly<Record<string, string>>}
 */
const FILLS = {
  row: '#d8dce3',
  stat: '#e3f2e1',
  timeseries: '#e2ecf9',
  bargauge: '#fdf0d8',
  'state-timeline': '#f9e4e8',
  heatmap: '#fde5d0',
  table: '#efe6f7',
  logs: '#e6e6e6',
  alertlist: '#fbdcdc',
};

const BOLD = 'font-weight="bold"';
const DARK = 'fill="#3c4250"';
const PALE = 'fill="#7a808c"';

/** How many characters there is room for. @param {number} width @param {number} size of the letters, px */
const room = (width, size) => Math.floor(width / (size * 0.56));

/** As much of a text as there is room for. @param {string} text @param {Place} place */
const line = (text, { x, y, width, size, style = '' }) => {
  const most = room(width, size);
  const fitted = text.length > most ? `${text.slice(0, Math.max(most - 1, 0))}…` : text;
  const escaped = fitted.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<text x="${x}" y="${y}" font-size="${size}" ${style}>${escaped}</text>`;
};

/** A text broken between words. @param {string} text @param {number} most characters in a line */
const linesOf = (text, most) => {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
    if (lines.length > 0 && longer.length <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
};

/** What is written below the title. @param {Panel} panel */
const detailsOf = ({ type, fieldConfig, targets = [], transformations = [], datasource }) => {
  const { unit, thresholds } = fieldConfig?.defaults ?? {};
  const queries = targets.length > 1 ? `${targets.length} queries` : '';
  const steps = thresholds?.steps.filter(({ value }) => value !== null) ?? [];
  const columns = transformations.find(({ id }) => id === 'organize')?.options.renameByName ?? {};
  return [
    [type, unit, queries, datasource?.uid].filter(Boolean).join(' · '),
    steps.map(({ value, color }) => `${color} from ${value}`).join(', '),
    Object.values(columns).join(' | '),
  ].filter((text) => text !== '');
};

/** @param {Panel | RowPanel} panel */
const gridOf = ({ title, gridPos }) => {
  if (gridPos === undefined) throw new Error(`expected a place in the grid of ${title}, received none`);
  return gridPos;
};

/** @param {Panel | RowPanel} panel @returns {panel is RowPanel} */
const isRow = (panel) => panel.type === 'row';

/** @param {Panel | RowPanel} panel @param {number} moved down, in rows of the grid */
const drawPanel = (panel, moved) => {
  const { x, y, w, h } = gridOf(panel);
  const [left, top] = [MARGIN + x * COLUMN + GAP, HEAD + (y + moved) * ROW + GAP];
  const [width, height] = [w * COLUMN - 2 * GAP, h * ROW - 2 * GAP];
  const box = `<rect x="${left}" y="${top}" width="${width}" height="${height}" rx="3" fill="${FILLS[panel.type] ?? '#ffffff'}" stroke="#8a8f99"/>`;
  const inner = { x: left + 6, width: width - 12 };
  const mark = isRow(panel) ? (panel.collapsed ? '▸ ' : '▾ ') : '';
  const title = line(mark + panel.title, { ...inner, y: top + 19, size: 13, style: BOLD });
  if (isRow(panel)) return box + title;
  const about = linesOf(panel.options?.content ?? panel.description ?? '', room(inner.width, 11));
  const texts = [
    ...detailsOf(panel).map((text) => ({ text, style: DARK })),
    ...about.map((text) => ({ text, style: PALE })),
  ];
  const drawn = texts
    .slice(0, Math.floor((height - 24) / 15))
    .map(({ text, style }, index) => line(text, { ...inner, y: top + 36 + index * 15, size: 11, style }));
  return [box, title, ...drawn].join('');
};

/** All panels, and how far each moves down when the rows above it are opened. @param {readonly (Panel | RowPanel)[]} panels */
const opened = (panels) => {
  let moved = 0;
  return panels.flatMap((panel, index) => {
    const all = [panel, ...(isRow(panel) ? panel.panels : [])];
    const drawn = all.map((each) => ({ panel: each, moved }));
    const next = panels[index + 1];
    const end = Math.max(...all.map(gridOf).map(({ y, h }) => y + h));
    if (next && all.length > 1) moved += Math.max(0, end - gridOf(next).y);
    return drawn;
  });
};

/** @param {Dashboard} dashboard */
const draw = ({ title, uid, templating, annotations, panels = [] }) => {
  const all = opened(panels);
  const rows = Math.max(0, ...all.map(({ panel, moved }) => gridOf(panel).y + gridOf(panel).h + moved));
  const [width, height] = [2 * MARGIN + 24 * COLUMN, HEAD + rows * ROW + MARGIN];
  const variables = (templating.list ?? []).map(({ name, multi }) => (multi ? `${name}…` : name)).join(', ');
  const events = (annotations.list ?? []).map(({ name }) => name).join(', ');
  const head = { x: MARGIN, width: 24 * COLUMN };
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans, Arial, sans-serif">
<rect width="${width}" height="${height}" fill="#f4f5f7"/>
${line(`${title}   (${uid})`, { ...head, y: 20, size: 16, style: BOLD })}
${line(`variables: ${variables} · annotations: ${events}`, { ...head, y: 38, size: 11, style: DARK })}
${all.map(({ panel, moved }) => drawPanel(panel, moved)).join('\n')}
</svg>
`;
};

const [folder, out = folder] = process.argv.slice(2);
if (folder === undefined || out === undefined) {
  console.error('expected the folder of the dashboards: node tools/grafanaPictures.mjs FOLDER [OUT]');
  process.exitCode = 2;
} else {
  mkdirSync(out, { recursive: true });
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const dashboard = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    if (!Array.isArray(dashboard.panels)) continue;
    const picture = join(out, `${parse(file).name}.svg`);
    writeFileSync(picture, draw(dashboard));
    console.log(picture);
  }
}
