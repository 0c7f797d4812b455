import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isRow, panelsOf, renderedDashboards } from '../support/grafanaJson.js';

const TOOL = fileURLToPath(new URL('../../tools/grafanaPictures.mjs', import.meta.url));

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** All but the ground that they are on. */
const boxesOf = (picture: string): readonly Box[] =>
  [...picture.matchAll(/<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/g)].map(([, ...numbers]) => {
    const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number);
    return { x, y, width, height };
  });

const overlap = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

describe('pictures of dashboards', () => {
  const dashboards = renderedDashboards('collector');
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'frp-otel-pictures-'));
    for (const dashboard of dashboards) writeFileSync(join(folder, `${dashboard.uid}.json`), JSON.stringify(dashboard));
    writeFileSync(join(folder, 'other.json'), '{"panels":1}');
    execFileSync('node', [TOOL, folder, join(folder, 'pictures')]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const pictureOf = (name: string): string => readFileSync(join(folder, 'pictures', `${name}.svg`), 'utf8');

  it('are one for each dashboard', () => {
    expect(readdirSync(join(folder, 'pictures')).sort()).toEqual(dashboards.map(({ uid }) => `${uid}.svg`).sort());
  });

  it.each(dashboards.map((dashboard) => [dashboard.uid ?? '', dashboard] as const))(
    'show every panel and heading, none on another, with closed rows opened: %s',
    (uid, dashboard) => {
      const boxes = boxesOf(pictureOf(uid));
      expect(boxes).toHaveLength(panelsOf(dashboard).length + (dashboard.panels ?? []).filter(isRow).length);
      expect(boxes.flatMap((one, index) => boxes.slice(index + 1).filter((other) => overlap(one, other)))).toEqual([]);
    },
  );

  it('have titles, kinds and units', () => {
    expect(pictureOf('frp-overview')).toMatch(/Servers down<\/text>.*stat · short · \$datasource/);
  });
});
