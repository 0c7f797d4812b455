import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from '@jest/globals';
import { DIALECTS } from '../../src/alerts/prometheusDialect.js';
import { isRow, panelsOf, placeOf, queriesOf, renderedDashboards, targetsOf } from '../support/grafanaJson.js';

const everyDashboard = DIALECTS.flatMap((dialect) => renderedDashboards(dialect));
const everyPanel = everyDashboard.flatMap((dashboard) =>
  panelsOf(dashboard).map((panel) => ({ place: placeOf(dashboard, panel), panel })),
);
/** Those that show values, and not lines, spans or words. */
const isMeasured = ({ type, datasource }: Panel): boolean => datasource?.type === 'prometheus' && type !== 'table';
const repeated = <Value>(values: readonly Value[]): readonly Value[] =>
  values.filter((value, index) => values.indexOf(value) !== index);
const placesOf = (found: typeof everyPanel): readonly string[] => found.map(({ place }) => place);

describe.each(DIALECTS)('the dashboards of dialect %s', (dialect) => {
  const dashboards = renderedDashboards(dialect);

  it('are these six', () => {
    expect(dashboards.map(({ title }) => title?.replace(' (own metrics)', ''))).toEqual([
      'frp Overview',
      'frp Server',
      'frp Client',
      'frp Proxy',
      'frp Alerts',
      'frp Telemetry health',
    ]);
  });

  it('have fifty panels and more, headings and texts not counted', () => {
    const panels = dashboards.flatMap(panelsOf).filter(({ type }) => type !== 'text');
    expect(panels.length).toBeGreaterThanOrEqual(50);
    expect(dashboards.filter((dashboard) => panelsOf(dashboard).length === 0).map(({ uid }) => uid)).toEqual([]);
  });

  it('have each title and each number of a panel once', () => {
    const twice = dashboards.map((dashboard) => {
      const rows = (dashboard.panels ?? []).filter(isRow);
      return {
        uid: dashboard.uid,
        titles: repeated(panelsOf(dashboard).map(({ title }) => title)),
        headings: repeated(rows.map(({ title }) => title)),
        ids: repeated([...rows, ...panelsOf(dashboard)].map(({ id }) => id)),
      };
    });
    expect(twice).toEqual(dashboards.map(({ uid }) => ({ uid, titles: [], headings: [], ids: [] })));
  });
});

describe('each dashboard', () => {
  it('has a uid of its own, in both dialects, that Grafana takes', () => {
    const uids = everyDashboard.map(({ uid = '' }) => uid);
    expect(repeated(uids)).toEqual([]);
    expect(uids.filter((uid) => !/^[A-Za-z0-9_-]{1,40}$/.test(uid))).toEqual([]);
  });

  it('has the same panels in both dialects, but for those that are listed', () => {
    const [ofCollector = [], ofOwn = []] = DIALECTS.map((dialect) =>
      renderedDashboards(dialect).flatMap(({ title = '', panels = [] }) =>
        panels
          .flatMap((panel) => [panel, ...(isRow(panel) ? panel.panels : [])])
          .map(({ type, title: of }) => `${title.replace(' (own metrics)', '')} / ${of} / ${type}`),
      ),
    );
    expect(ofCollector.filter((panel) => !ofOwn.includes(panel))).toEqual(Object.keys(ONLY_COLLECTOR));
    expect(ofOwn.filter((panel) => !ofCollector.includes(panel))).toEqual(Object.keys(ONLY_OWN));
    const inBoth = ofCollector.filter((panel) => ofOwn.includes(panel));
    expect(ofOwn.filter((panel) => ofCollector.includes(panel))).toEqual(inBoth);
  });

  it('says what it shows', () => {
    expect(everyDashboard.filter(({ description = '' }) => !isSentences(description)).map(({ uid }) => uid)).toEqual(
      [],
    );
  });
});

describe('each panel', () => {
  it('has a title, and one sentence to three of what it shows and what to do', () => {
    expect(placesOf(everyPanel.filter(({ panel }) => !panel.title))).toEqual([]);
    const silent = everyPanel.filter(({ panel }) => panel.type !== 'text' && !isSentences(panel.description ?? ''));
    expect(placesOf(silent)).toEqual([]);
  });

  it('says why it may be empty', () => {
    const silent = everyPanel.filter(
      ({ panel: { type, fieldConfig } }) =>
        type !== 'text' && type !== 'alertlist' && !isSentences(fieldConfig?.defaults.noValue ?? ''),
    );
    expect(placesOf(silent)).toEqual([]);
  });

  it('that measures has a unit and steps of colour', () => {
    const measured = everyPanel.filter(({ panel }) => isMeasured(panel));
    expect(measured.length).toBeGreaterThan(0);
    expect(placesOf(measured.filter(({ panel }) => !panel.fieldConfig?.defaults.unit))).toEqual([]);
    expect(placesOf(measured.filter(({ panel }) => !panel.fieldConfig?.defaults.thresholds?.steps.length))).toEqual([]);
  });

  it('that is a table has a unit or words for each number in it', () => {
    const without = everyPanel.flatMap(({ place, panel: { transformations = [], fieldConfig } }) => {
      const names: Readonly<Record<string, string>> =
        transformations.find(({ id }) => id === 'organize')?.options.renameByName ?? {};
      const isTold = (title: string): boolean =>
        (fieldConfig?.overrides ?? []).some(
          ({ matcher, properties }) =>
            matcher.options === title && properties.some(({ id }) => id === 'unit' || id === 'mappings'),
        );
      return Object.entries(names).flatMap(([field, title]) =>
        field.startsWith('Value') && !isTold(title) ? [`${place} / ${title}`] : [],
      );
    });
    expect(without).toEqual([]);
  });

  it('asks by a data source that the user chooses, and so do annotations and variables', () => {
    const asked = everyDashboard.flatMap(queriesOf);
    expect(asked.length).toBeGreaterThan(everyDashboard.length);
    const hidden = asked.filter(({ of, datasource }) => DATASOURCES[of] !== datasource);
    expect(hidden.map(({ place, datasource }) => `${place}: ${datasource}`)).toEqual([]);
    const mixed = everyPanel.filter(({ panel }) =>
      targetsOf(panel).some(({ datasource }) => datasource.uid !== panel.datasource?.uid),
    );
    expect(placesOf(mixed)).toEqual([]);
  });
});

const OF_RULES = 'the Collector itself makes the metric of its rules';
const OF_COLLECTOR = 'there is a Collector only in this dialect';
const OF_TARGETS = 'through a Collector the scrape is of the Collector';

/** Panels of one dialect, by why there is none in the other. */
const ONLY_COLLECTOR: Readonly<Record<string, string>> = {
  'frp Alerts / Conditions that the Collector finds broken / table': OF_RULES,
  'frp Alerts / Broken conditions by rule / timeseries': OF_RULES,
  'frp Telemetry health / Collector / row': OF_COLLECTOR,
  'frp Telemetry health / Received / timeseries': OF_COLLECTOR,
  'frp Telemetry health / Refused / timeseries': OF_COLLECTOR,
  'frp Telemetry health / Sent / timeseries': OF_COLLECTOR,
  'frp Telemetry health / Failed to send / timeseries': OF_COLLECTOR,
  'frp Telemetry health / Queues / timeseries': OF_COLLECTOR,
  'frp Telemetry health / Memory of the Collector / timeseries': OF_COLLECTOR,
};
const ONLY_OWN: Readonly<Record<string, string>> = {
  'frp Telemetry health / Duration of scrapes / timeseries': OF_TARGETS,
  'frp Telemetry health / Samples of scrapes / timeseries': OF_TARGETS,
};

const DATASOURCES: Readonly<Record<string, string>> = {
  prometheus: '$datasource',
  loki: '$loki',
  tempo: '$tempo',
  jaeger: '$jaeger',
};

/** One to three, told apart by what follows a full stop. */
const isSentences = (text: string): boolean => {
  const count = text.split(/[.?!](?:\s+|$)/).filter((sentence) => sentence !== '').length;
  return /[.?!]$/.test(text.trim()) && count >= 1 && count <= 3;
};
