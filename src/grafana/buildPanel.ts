import { PanelBuilder as BarsBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import {
  type DashboardLink,
  FieldColorBuilder,
  FieldColorModeId,
  type Panel,
  PanelBuilder,
  type ThresholdsConfigBuilder,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  CellValuesBuilder,
  PanelBuilder as HeatmapBuilder,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapColorScale,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PanelBuilder as LogsBuilder } from '@grafana/grafana-foundation-sdk/logs';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StatesBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { buildQuery, datasourceOf } from './buildQuery.js';
import { buildTable } from './buildTable.js';
import type { DashboardContext } from './DashboardContext.js';
import type { PanelSpec } from './DashboardSpec.js';
import { dataLink, NOTHING_IN_CELL, nothingMapping, valueMapping } from './fieldOptions.js';
import { thresholds } from './thresholds.js';
import { type AnyPanelBuilder, titled } from './titled.js';

type MeasuredSpec = Extract<PanelSpec, { readonly unit: string }>;

/** @param id within its dashboard, from 1 */
export const buildPanel = (spec: PanelSpec, id: number, context: DashboardContext): Builder<Panel> => {
  switch (spec.type) {
    case 'stat':
      return measured(new StatBuilder(), spec, id, context)
        .colorMode(common.BigValueColorMode.Value)
        .graphMode(common.BigValueGraphMode.None)
        .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
    case 'timeseries':
      return timeseries(spec, id, context);
    case 'bars':
      return measured(new BarsBuilder(), spec, id, context)
        .orientation(common.VizOrientation.Horizontal)
        .displayMode(common.BarGaugeDisplayMode.Basic)
        .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
    case 'states':
      return bounded(measured(new StatesBuilder(), spec, id, context), spec)
        .mergeValues(true)
        .rowHeight(0.8);
    case 'heatmap':
      return heatmap(spec, id, context);
    case 'table':
      return buildTable(spec, id, context);
    case 'logs':
      return titled(new LogsBuilder(), spec, id)
        .noValue(spec.empty)
        .datasource(datasourceOf('loki'))
        .withTarget(buildQuery(spec.query, 0))
        .showTime(true)
        .wrapLogMessage(true)
        .enableLogDetails(true)
        .sortOrder(common.LogsSortOrder.Descending);
    case 'traces':
      return titled(new TableBuilder(), spec, id)
        .noValue(spec.empty)
        .overrideByRegexp('.*', NOTHING_IN_CELL)
        .datasource(datasourceOf(spec.query.of))
        .withTarget(buildQuery(spec.query, 0));
    case 'text':
      return titled(new TextBuilder(), spec, id).mode(TextMode.Markdown).content(spec.markdown);
    case 'alertlist':
      return titled(new PanelBuilder(), spec, id).type('alertlist').options(OF_GRAFANA);
    default:
      return spec satisfies never;
  }
};

/** What Grafana evaluates of frp: each alert of our rules has this label. */
const OF_GRAFANA = {
  datasource: '-- Grafana --', // not those that have rules of their own
  viewMode: 'list',
  groupMode: 'default',
  groupBy: [],
  sortOrder: 3, // importance
  maxItems: 100,
  alertName: '',
  alertInstanceLabelFilter: '{frp_alert_name=~".+"}',
  dashboardAlerts: false,
  showInstances: true,
  stateFilter: { firing: true, pending: true, noData: true, normal: false, error: true },
};

interface MeasuredBuilder extends AnyPanelBuilder {
  datasource(datasource: common.DataSourceRef): this;
  withTarget(target: ReturnType<typeof buildQuery>): this;
  unit(unit: string): this;
  noValue(text: string): this;
  decimals(decimals: number): this;
  min(min: number): this;
  max(max: number): this;
  mappings(mappings: ValueMapping[]): this;
  thresholds(thresholds: ThresholdsConfigBuilder): this;
  colorScheme(color: FieldColorBuilder): this;
  dataLinks(links: Builder<DashboardLink>[]): this;
}

const measured = <Built extends MeasuredBuilder>(
  builder: Built,
  spec: MeasuredSpec,
  id: number,
  { rules }: DashboardContext,
): Built => {
  titled(builder, spec, id)
    .datasource(datasourceOf('prometheus'))
    .unit(spec.unit)
    .noValue(spec.empty)
    .thresholds(thresholds(spec, rules))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds));
  for (const [index, query] of spec.queries.entries()) {
    builder.withTarget(buildQuery({ instant: isOfNow(spec), ...query }, index));
  }
  if (spec.decimals !== undefined) builder.decimals(spec.decimals);
  if (spec.min !== undefined) builder.min(spec.min);
  if (spec.max !== undefined) builder.max(spec.max);
  const mappings = [
    ...(isOfNow(spec) ? [nothingMapping(spec.empty)] : []),
    ...(spec.words === undefined ? [] : [valueMapping(spec.words)]),
  ];
  if (mappings.length > 0) builder.mappings(mappings);
  if (spec.links !== undefined) builder.dataLinks(spec.links.map(dataLink));
  return builder;
};

/**
 * Whether a panel shows now. Of a course the last value would be shown, which may be hours old: Prometheus ends a series that is
 * gone without a last point that says so.
 */
const isOfNow = ({ type }: MeasuredSpec): boolean => type === 'bars' || type === 'stat';

/**
 * Else Grafana asks for a point for each pixel, some 700 in half a window: of 5,000 tunnels that takes Prometheus most of a minute, and
 * of more it refuses at 50 million samples (`--query.max-samples`).
 */
const MAX_POINTS = 240;

const bounded = <Built extends { maxDataPoints(points: number): Built }>(
  builder: Built,
  { fine = false }: { readonly fine?: boolean },
): Built => (fine ? builder : builder.maxDataPoints(MAX_POINTS));

/** Of a classic histogram, by `le`: the unit is that of its buckets, and what is counted has the unit of a rate. */
const heatmap = (
  spec: Extract<PanelSpec, { type: 'heatmap' }>,
  id: number,
  context: DashboardContext,
): HeatmapBuilder => {
  const builder = measured(new HeatmapBuilder(), { ...spec, unit: PER_SECOND, queries: [] }, id, context)
    .calculate(false)
    .yAxis(new YAxisConfigBuilder().unit(spec.unit).axisPlacement(common.AxisPlacement.Left))
    .cellValues(new CellValuesBuilder().unit(PER_SECOND))
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme('Oranges')
        .fill('dark-orange')
        .scale(HeatmapColorScale.Exponential)
        .exponent(0.5)
        .steps(64)
        .reverse(false),
    )
    .maxDataPoints(120); // cells that can be told apart
  for (const [index, query] of spec.queries.entries()) {
    builder.withTarget(buildQuery({ legend: '{{le}}', ...query }, index, PromQueryFormat.Heatmap));
  }
  return builder;
};

const PER_SECOND = 'cps';

const timeseries = (
  spec: Extract<PanelSpec, { type: 'timeseries' }>,
  id: number,
  context: DashboardContext,
): TimeseriesBuilder => {
  const { GraphThresholdsStyleMode, StackingMode, TooltipDisplayMode, SortOrder } = common;
  const hasLine = spec.rule !== undefined || spec.steps !== undefined;
  return bounded(measured(new TimeseriesBuilder(), spec, id, context), spec)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(
        hasLine ? GraphThresholdsStyleMode.Dashed : GraphThresholdsStyleMode.Off,
      ),
    )
    .lineWidth(1)
    .fillOpacity(spec.stacked ? 30 : 8)
    .showPoints(common.VisibilityMode.Auto)
    .stacking(
      new common.StackingConfigBuilder().mode(spec.stacked ? StackingMode.Normal : StackingMode.None).group('A'),
    )
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.Table)
        .placement(common.LegendPlacement.Bottom)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(new common.VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
};
