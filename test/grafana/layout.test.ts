import type { GridPos, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from '@jest/globals';
import { DIALECTS } from '../../src/alerts/prometheusDialect.js';
import { isRow, renderedDashboards } from '../support/grafanaJson.js';

const COLUMNS = 24;

const placeOf = ({ title, gridPos }: Panel | RowPanel): GridPos => {
  if (gridPos === undefined) throw new Error(`expected a place of ${title}, received none`);
  return gridPos;
};

const overlap = (one: GridPos, other: GridPos): boolean =>
  one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;

const overlapping = (panels: readonly (Panel | RowPanel)[]): readonly string[] =>
  panels.flatMap((one, index) =>
    panels
      .slice(index + 1)
      .filter((other) => overlap(placeOf(one), placeOf(other)))
      .map((other) => `${one.title} and ${other.title}`),
  );

/** Panels side by side: those that begin at the same height. */
const linesOf = (panels: readonly (Panel | RowPanel)[]): readonly (readonly (Panel | RowPanel)[])[] => [
  ...panels
    .reduce(
      (lines, panel) => lines.set(placeOf(panel).y, [...(lines.get(placeOf(panel).y) ?? []), panel]),
      new Map<number, readonly (Panel | RowPanel)[]>(),
    )
    .values(),
];

/** Lines that leave a hole at their end or below a panel. */
const ragged = (panels: readonly (Panel | RowPanel)[]): readonly string[] =>
  linesOf(panels)
    .filter(
      (line) =>
        line.reduce((sum, panel) => sum + placeOf(panel).w, 0) !== COLUMNS ||
        new Set(line.map((panel) => placeOf(panel).h)).size !== 1,
    )
    .map((line) => line.map(({ title, gridPos }) => `${title} ${gridPos?.w}x${gridPos?.h}`).join(', '));

/** Where the next may begin; a closed row leaves the place of its panels, which Grafana closes up. */
const endsOf = (panel: Panel | RowPanel): readonly number[] => {
  const { y, h } = placeOf(panel);
  const inner = isRow(panel) ? panel.panels.map((each) => placeOf(each).y + placeOf(each).h) : [];
  return [y + h, Math.max(y + h, ...inner)];
};

const gaps = (panels: readonly (Panel | RowPanel)[]): readonly string[] => {
  const lines = linesOf(panels);
  return lines.slice(1).flatMap((line, index) => {
    const [above] = lines[index] ?? [];
    const [below] = line;
    if (above === undefined || below === undefined) return [];
    return endsOf(above).includes(placeOf(below).y) ? [] : [`${above.title} and ${below.title}`];
  });
};

const BOARDS = DIALECTS.flatMap((dialect) => renderedDashboards(dialect)).map(
  ({ uid = '', panels = [] }) => [uid, panels] as const,
);

describe.each(BOARDS)('the layout of %s', (_, panels) => {
  /** As it is seen at first, and each row that is opened by itself. */
  const views = [panels, ...panels.filter(isRow).map((row) => row.panels)].filter((view) => view.length > 0);

  it('has panels in 24 columns', () => {
    const outside = views.flat().filter((panel) => {
      const { x, y, w, h } = placeOf(panel);
      return x < 0 || y < 0 || w < 1 || h < 1 || x + w > COLUMNS || ![x, y, w, h].every(Number.isInteger);
    });
    expect(views.length).toBeGreaterThan(0);
    expect(outside.map(({ title }) => title)).toEqual([]);
  });

  it('has no panel on another', () => {
    expect(views.flatMap(overlapping)).toEqual([]);
  });

  it('has full lines of panels of one height, one below the other', () => {
    expect(views.flatMap(ragged)).toEqual([]);
    expect(views.flatMap(gaps)).toEqual([]);
  });

  it('has no panel before the first heading, and keeps panels of a closed row in it', () => {
    const [first] = panels;
    expect(first && isRow(first)).toBe(true);
    const wrong = panels.filter((panel, index) => {
      if (!isRow(panel)) return false;
      const next = panels[index + 1];
      return panel.collapsed
        ? panel.panels.length === 0 || (next !== undefined && !isRow(next))
        : panel.panels.length > 0;
    });
    expect(wrong.map(({ title }) => title)).toEqual([]);
  });

  it('has the panels of a closed row below its heading', () => {
    const above = panels
      .filter(isRow)
      .flatMap((row) => row.panels.filter((panel) => placeOf(panel).y <= placeOf(row).y));
    expect(above.map(({ title }) => title)).toEqual([]);
  });
});
