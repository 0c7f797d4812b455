import type { AlertSeverity } from '../alerts/AlertRule.js';
import type { Annotations } from './annotations.js';
import type { VariableName } from './variables.js';

/** What a panel asks, and whom. */
export type Query =
  | {
      readonly of: 'prometheus';
      /** PromQL, with variables of Grafana: `$proxy`, `$__rate_interval`. */
      readonly expr: string;
      /** How a series is called: `{{frp_proxy_name}}`. @default its labels */
      readonly legend?: string;
      /** One value of now, in place of the course. In a table the default. */
      readonly instant?: boolean;
    }
  | { readonly of: 'loki'; readonly expr: string }
  | { readonly of: 'tempo'; readonly query: string }
  | { readonly of: 'jaeger'; readonly operation: string; readonly tags: string };

export type PromQuery = Extract<Query, { readonly of: 'prometheus' }>;

/** What a value is called and how it is shown. */
export type Words = Readonly<Record<number, { readonly text: string; readonly color: Color }>>;

export type Color = 'green' | 'yellow' | 'orange' | 'red' | 'blue' | 'purple' | 'text';

/** From this value on, this colour; ascending. */
export type Steps = readonly { readonly from: number; readonly color: Color }[];

interface PanelHead {
  readonly title: string;
  /** One sentence or two: what it shows, and what to do when it is bad. */
  readonly about: string;
  /** Of the 24 columns of the grid. */
  readonly width: number;
  /** In rows of the grid, 30 px each. */
  readonly height: number;
  /** From 1,000 on: one that links lead to keeps its number wherever it stands. @default its place */
  readonly id?: number;
}

/** What is said where there is no series: why that may be, and what to do. */
interface Silence {
  readonly empty: string;
}

interface Measured extends PanelHead, Silence {
  /** Of Grafana: `Bps`, `percentunit`, `short`. */
  readonly unit: string;
  readonly queries: readonly PromQuery[];
  /** The alert rule whose threshold is shown. */
  readonly rule?: string;
  /** Where the colours are no rule's. The lowest colour is green. */
  readonly steps?: Steps;
  readonly words?: Words;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  /** Where a click leads to. */
  readonly links?: readonly DataLink[];
}

interface Course {
  /** A point for each pixel: of one frps or frpc, where that is cheap. @default about 240, whatever the width */
  readonly fine?: boolean;
}

export interface DataLink {
  readonly title: string;
  /** With variables of Grafana. */
  readonly url: string;
}

export interface Column {
  /** A label, or `Value #A` of the query A. */
  readonly field: string;
  readonly title: string;
  readonly unit?: string;
  readonly rule?: string;
  readonly words?: Words;
  readonly links?: readonly DataLink[];
  readonly width?: number;
}

export type PanelSpec =
  | (Measured & { readonly type: 'stat' })
  | (Measured & Course & { readonly type: 'timeseries'; readonly stacked?: boolean })
  | (Measured & { readonly type: 'bars' })
  | (Measured & Course & { readonly type: 'states' })
  | (Measured & { readonly type: 'heatmap' })
  | (PanelHead &
      Silence & {
        readonly type: 'table';
        /** What they have in common makes a row. */
        readonly queries: readonly PromQuery[];
        /** In their order; what is not named is not shown. */
        readonly columns: readonly [Column, ...Column[]];
        /** By the column of this title, in which an empty cell is less than any value. */
        readonly sortBy?: { readonly title: string; readonly descending: boolean };
      })
  | (PanelHead & Silence & { readonly type: 'logs'; readonly query: Extract<Query, { of: 'loki' }> })
  | (PanelHead & Silence & { readonly type: 'traces'; readonly query: Extract<Query, { of: 'tempo' | 'jaeger' }> })
  | (PanelHead & { readonly type: 'text'; readonly markdown: string })
  /** What Grafana itself evaluates. */
  | (PanelHead & { readonly type: 'alertlist' });

export interface RowSpec {
  readonly title: string;
  readonly collapsed?: boolean;
  readonly panels: readonly PanelSpec[];
}

/** One dashboard as data. */
export interface DashboardSpec {
  /** Of the uid and the file: `proxy`. */
  readonly name: DashboardName;
  readonly title: string;
  readonly about: string;
  /** In the order in which they are shown. */
  readonly variables: readonly VariableName[];
  readonly annotations: Annotations;
  readonly rows: readonly RowSpec[];
}

export type DashboardName = 'overview' | 'server' | 'client' | 'proxy' | 'alerts' | 'telemetry-health';

export const SEVERITY_COLORS: Readonly<Record<AlertSeverity, Color>> = {
  low: 'yellow',
  medium: 'orange',
  high: 'red',
  critical: 'red',
};
