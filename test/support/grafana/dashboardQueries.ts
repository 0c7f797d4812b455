import type { TemplateVariable } from './interpolate.js';

interface Target {
  readonly refId: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly expr?: string;
  readonly instant?: boolean;
}

interface Panel {
  readonly type: string;
  readonly title?: string;
  readonly targets?: readonly Target[];
  /** Of a row that is collapsed. */
  readonly panels?: readonly Panel[];
  readonly fieldConfig?: { readonly defaults: { readonly noValue?: string } };
}

/** A variable as a dashboard has it. */
export interface DashboardVariable extends TemplateVariable {
  readonly query?: string | { readonly query: string };
  readonly current?: { readonly value: string | readonly string[] };
  /** Of VariableSort: even numbers are descending. */
  readonly sort?: number;
}

/** The JSON of a dashboard, as far as it asks something. */
export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  /** Undefined where there is none. */
  readonly panels?: readonly Panel[];
  readonly templating: { readonly list: readonly DashboardVariable[] };
  readonly annotations: {
    readonly list: readonly {
      readonly name: string;
      readonly expr?: string;
      readonly datasource?: { readonly type: string };
    }[];
  };
}

/** One question of a dashboard to Prometheus. */
export interface DashboardQuery {
  /** The title of the panel, or the name of the annotation. */
  readonly of: string;
  readonly kind: 'panel' | 'annotation';
  readonly refId: string;
  readonly expr: string;
  /** One value of now, in place of the course. */
  readonly isInstant: boolean;
  /** What a panel says where there is no series. */
  readonly noValue: string | undefined;
}

/** All panels, also those in a row that is collapsed. */
const panelsOf = (panels: readonly Panel[]): readonly Panel[] =>
  panels.flatMap((panel) => [panel, ...panelsOf(panel.panels ?? [])]);

/** All that panels and annotations ask of Prometheus. */
export const dashboardQueries = ({ panels = [], annotations }: DashboardJson): readonly DashboardQuery[] => [
  ...panelsOf(panels).flatMap(({ title = '', targets = [], fieldConfig }) =>
    targets
      .filter(({ datasource }) => datasource.type === 'prometheus')
      .map(
        ({ refId, expr = '', instant = false }): DashboardQuery => ({
          of: title,
          kind: 'panel',
          refId,
          expr,
          isInstant: instant,
          noValue: fieldConfig?.defaults.noValue,
        }),
      ),
  ),
  ...annotations.list
    .filter(({ datasource }) => datasource?.type === 'prometheus')
    .map(
      ({ name, expr = '' }): DashboardQuery => ({
        of: name,
        kind: 'annotation',
        refId: 'Anno',
        expr,
        isInstant: false,
        noValue: undefined,
      }),
    ),
];

/** What a query variable asks: the values of a label over some series. */
export const labelValuesOf = ({ name, query }: DashboardVariable): { selector: string; label: string } => {
  const text = typeof query === 'object' ? query.query : (query ?? '');
  const [, selector, label] = /^label_values\((.+),\s*(\w+)\)\s*$/.exec(text) ?? [];
  if (selector === undefined || label === undefined) {
    throw new Error(`expected label_values(SELECTOR, LABEL) of the variable ${name}, received ${text}`);
  }
  return { selector, label };
};
