import type * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import type * as common from '@grafana/grafana-foundation-sdk/common';
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import type * as logs from '@grafana/grafana-foundation-sdk/logs';
import type * as loki from '@grafana/grafana-foundation-sdk/loki';
import type * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import type * as stat from '@grafana/grafana-foundation-sdk/stat';
import type * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import type * as table from '@grafana/grafana-foundation-sdk/table';
import type * as tempo from '@grafana/grafana-foundation-sdk/tempo';
import type * as text from '@grafana/grafana-foundation-sdk/text';
import type * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

// What Grafana reads of a dashboard, by the types that the SDK takes from Grafana's own schemas: with what its type of a
// panel leaves open (`any`), by the kind of the panel, of the query, of the setting.

export interface GrafanaTypes {
  readonly dashboard: dashboard.Dashboard;
  readonly options: PanelOptions;
  readonly custom: PanelCustom;
  readonly query: Queries;
  readonly override: Overrides;
  readonly transformation: Transformations;
  readonly variableQuery: VariableQuery;
}

interface PanelOptions {
  readonly bargauge: bargauge.Options;
  readonly heatmap: heatmap.Options;
  readonly logs: logs.Options;
  readonly stat: stat.Options;
  readonly 'state-timeline': statetimeline.Options;
  readonly table: table.Options;
  readonly text: text.Options;
  readonly timeseries: timeseries.Options;
  readonly alertlist: AlertList;
}

interface PanelCustom {
  readonly heatmap: heatmap.FieldConfig;
  readonly 'state-timeline': statetimeline.FieldConfig;
  readonly table: table.FieldConfig;
  readonly timeseries: timeseries.FieldConfig;
}

interface Queries {
  readonly prometheus: prometheus.Dataquery;
  readonly loki: loki.dataquery;
  readonly tempo: tempo.Dataquery;
  readonly jaeger: JaegerQuery;
}

/** What is set for some fields of a panel; what begins with `custom.` is of the panel's kind. */
interface Overrides {
  readonly unit: string;
  readonly displayName: string;
  readonly decimals: number;
  readonly min: number;
  readonly max: number;
  readonly noValue: string;
  readonly mappings: dashboard.ValueMapping[];
  readonly thresholds: dashboard.ThresholdsConfig;
  readonly links: dashboard.DashboardLink[];
  readonly color: dashboard.FieldColor;
  readonly 'custom.width': number;
  readonly 'custom.hidden': boolean;
  readonly 'custom.cellOptions': common.TableCellOptions;
}

// The SDK has no types of these; they are as Grafana 10 to 12 read them.

interface Transformations {
  readonly merge: Record<never, never>;
  readonly filterFieldsByName: { readonly include: { readonly names: string[] } };
  readonly renameByRegex: { readonly regex: string; readonly renamePattern: string };
  readonly organize: {
    readonly indexByName: Record<string, number>;
    readonly renameByName: Record<string, string>;
    readonly excludeByName?: Record<string, boolean>;
  };
}

interface JaegerQuery {
  readonly refId: string;
  readonly datasource: common.DataSourceRef;
  readonly queryType: 'search' | 'upload' | 'dependencyGraph';
  readonly service: string;
  readonly operation?: string;
  /** In logfmt. */
  readonly tags?: string;
  readonly minDuration?: string;
  readonly maxDuration?: string;
  readonly limit?: number;
}

interface AlertList {
  readonly viewMode: 'list' | 'stat';
  readonly groupMode: 'default' | 'custom';
  readonly sortOrder: number;
  readonly maxItems: number;
  readonly alertInstanceLabelFilter: string;
  readonly alertName?: string;
  readonly dashboardAlerts?: boolean;
  readonly groupBy?: string[];
  readonly datasource?: string;
  readonly showInstances?: boolean;
  readonly folder?: { readonly id?: number; readonly title: string; readonly uid: string };
  readonly stateFilter: Record<'firing' | 'pending' | 'noData' | 'normal' | 'error', boolean>;
}

interface VariableQuery {
  /** 1: the values of a label. */
  readonly qryType: 0 | 1 | 2 | 3 | 4 | 5;
  readonly query: string;
  readonly refId: string;
}
