import { displayWidth, fitToWidth } from './displayWidth.js';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/** How a text is to be written: to a terminal or into a pipe. */
export interface Page {
  /** Columns; Infinity where lines may be of any length. */
  readonly width: number;
  readonly paint: (style: Style, text: string) => string;
}

export interface Column<Row> {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Without control characters. */
  readonly cell: (row: Row) => string;
  readonly style?: (row: Row) => Style | undefined;
  /** Cut where the table is too wide; one column of each table. */
  readonly flexible?: true;
  /** Left out where the table is too wide all the same, the last one first. */
  readonly spare?: true;
}

const INDENT = '  ';
const GAP = 1;
const LEAST_FLEXIBLE_WIDTH = 8;

/** A head and a line for each row. */
export const renderTable = <Row>(columns: readonly Column<Row>[], rows: readonly Row[], page: Page): string[] => {
  const fitted = narrowed(
    columns.map((column) => {
      const cells = rows.map((row) => column.cell(row));
      const width = Math.max(...[column.title, ...cells].map(displayWidth));
      return { ...column, cells, width };
    }),
    page.width - INDENT.length,
  );
  const line = (cells: readonly string[]): string => `${INDENT}${cells.join(' '.repeat(GAP))}`.trimEnd();
  const head = line(fitted.map(({ title, width, align }) => fitToWidth(title, width, align)));
  return [
    page.paint('bold', head),
    ...rows.map((row, index) =>
      line(
        fitted.map(({ cells, width, align, style }) => {
          const text = fitToWidth(cells[index] as string, width, align);
          const found = style?.(row);
          return found === undefined ? text : page.paint(found, text);
        }),
      ),
    ),
  ];
};

interface Sized {
  readonly width: number;
  readonly flexible?: true;
  readonly spare?: true;
}

const narrowed = <Each extends Sized>(columns: readonly Each[], width: number): readonly Each[] => {
  const excess = columns.reduce((sum, column) => sum + column.width + GAP, -GAP) - width;
  if (excess <= 0) return columns;
  const giving = columns.find(({ flexible }) => flexible)?.width ?? 0;
  const dropped = columns.findLastIndex(({ spare }) => spare);
  if (giving - excess < LEAST_FLEXIBLE_WIDTH && dropped >= 0) return narrowed(columns.toSpliced(dropped, 1), width);
  const left = Math.min(giving, Math.max(LEAST_FLEXIBLE_WIDTH, giving - excess));
  return columns.map((column) => (column.flexible ? { ...column, width: left } : column));
};
