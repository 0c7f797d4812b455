import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DIALECTS, type Dialect } from '../../../src/alerts/prometheusDialect.js';
import { type DashboardJson, dashboardQueries } from '../../support/grafana/dashboardQueries.js';
import { dashboardsOf } from '../../support/grafana/dashboardsOf.js';
import { ask, type Look, type OpenDashboard, openDashboard } from '../../support/grafana/openDashboard.js';
import { PrometheusApi } from '../../support/grafana/PrometheusApi.js';
import { describeWithOtelcol, type RealOtelcol } from '../../support/RealOtelcol.js';
import { describeWith, type RealPrometheus } from '../../support/RealPrometheus.js';
import { describeWithFrp } from '../../support/realFrp.js';
import { waitUntil } from '../../support/waitUntil.js';
import { disposeAll } from '../alerts/disposeAll.js';
import { startCollector, startPrometheus } from '../alerts/startEvaluation.js';
import { EMPTY_PANELS } from './emptyPanels.js';
import { ObservedFrp } from './ObservedFrp.js';
import { startOwnPrometheus } from './startOwnPrometheus.js';

jest.setTimeout(300_000);

const PATIENCE_MILLIS = 90_000;
/** frps and office, of which both agents tell, and three clients more. */
const OBSERVED = 2 + 2 + 3;
const NO_ALERTMANAGER = 'http://127.0.0.1:9';
const NAMES = [...new Set(DIALECTS.flatMap((dialect) => dashboardsOf(dialect).map(({ name }) => name)))];

/** What a query of a dashboard has come to. */
interface Outcome {
  readonly panel: string;
  readonly query: string;
  readonly series: number;
  readonly fault: string | undefined;
}

/** All that dashboards ask of one Prometheus: asked until it has an answer. */
class Questions {
  readonly #dialect: Dialect;
  readonly #look: () => Look;
  readonly #outcomes = new Map<string, Outcome>();
  #rounds = 0;

  constructor(dialect: Dialect, look: () => Look) {
    this.#dialect = dialect;
    this.#look = look;
  }

  get outcomes(): readonly Outcome[] {
    return [...this.#outcomes.values()];
  }

  /** How often all was asked. */
  get rounds(): number {
    return this.#rounds;
  }

  /** Asks again what had no series yet. */
  async askAll(): Promise<void> {
    for (const { name, json } of dashboardsOf(this.#dialect)) {
      const look = this.#look();
      const opened = await openDashboard(json, look).catch((error: Error) => error);
      if (opened instanceof Error) {
        this.#note({ panel: `${name} / its variables`, query: '', series: 0, fault: opened.message });
        continue;
      }
      for (const [variable, series] of opened.offers) {
        this.#note({ panel: `${name} / $${variable}`, query: variable, series, fault: undefined });
      }
      for (const query of dashboardQueries(json)) {
        const panel = `${name} / ${query.of}`;
        const before = this.#outcomes.get(`${panel} ${query.refId}`);
        if (before !== undefined && before.series > 0) continue;
        this.#note({ panel, query: query.refId, ...(await answerOf(query, json, opened, look)) });
      }
    }
    this.#rounds += 1;
  }

  #note(outcome: Outcome): void {
    this.#outcomes.set(`${outcome.panel} ${outcome.query}`, outcome);
  }
}

/** By the first way to look at the dashboard that shows something: what one role has, another may not. */
const answerOf = async (
  query: ReturnType<typeof dashboardQueries>[number],
  json: DashboardJson,
  { ways }: OpenDashboard,
  look: Look,
): Promise<Pick<Outcome, 'series' | 'fault'>> => {
  for (const way of ways) {
    try {
      const series = await ask(query, json, way, look);
      if (series.length > 0) return { series: series.length, fault: undefined };
    } catch (error) {
      return { series: 0, fault: (error as Error).message };
    }
  }
  return { series: 0, fault: undefined };
};

const isListed = ({ panel }: Outcome, dialect: Dialect): boolean =>
  EMPTY_PANELS.some((listed) => listed.panel === panel && (listed.dialect ?? dialect) === dialect);

const toldIfInVain = (error: Error): void => {
  if (!/in vain/.test(error.message)) throw error;
};
const isEmpty = ({ series }: Outcome): boolean => series === 0;
const told = ({ panel, query, fault }: Outcome): string =>
  `${panel} ${query}${fault === undefined ? '' : `: ${fault}`}`;

describeWithOtelcol('what dashboards ask of a Prometheus', () => {
  describeWith(['prometheus'], 'that is real', () => {
    describeWithFrp('and was filled by real frps and frpc', (programs) => {
      const started: AsyncDisposable[] = [];
      const questions = new Map<Dialect, Questions>();
      const keep = <Part extends AsyncDisposable>(part: Part): Part => {
        started.unshift(part);
        return part;
      };

      /** The time that is left begins when frp has lived through it. */
      const untilAnswered = async (dialect: Dialect, hasLived: () => boolean): Promise<void> => {
        while (!hasLived()) await questions.get(dialect)?.askAll();
        const asked = questions.get(dialect);
        const isAnswered = async (): Promise<boolean> => {
          await asked?.askAll();
          return outcomes(dialect).every((outcome) => !isEmpty(outcome) || isListed(outcome, dialect));
        };
        // The tests say which are missing.
        await waitUntil(`all in ${dialect}`, isAnswered, PATIENCE_MILLIS).catch(toldIfInVain);
      };

      beforeAll(async () => {
        const from = Date.now();
        const collector: RealOtelcol = keep(await startCollector());
        const frp = keep(
          await ObservedFrp.start(programs, {
            OTEL_EXPORTER_OTLP_ENDPOINT: collector.otlpUrl,
            OTEL_METRIC_EXPORT_INTERVAL: '1000',
            OTEL_METRIC_EXPORT_TIMEOUT: '900',
          }),
        );
        const servers: Readonly<Record<Dialect, RealPrometheus>> = {
          collector: keep(await startPrometheus(collector, NO_ALERTMANAGER)),
          own: keep(await startOwnPrometheus(frp.metricsPorts)),
        };
        for (const dialect of DIALECTS) {
          const api = new PrometheusApi(servers[dialect].url);
          const look = (): Look => ({
            api,
            window: { from, to: Date.now(), stepMillis: 1_000 },
            rateIntervalSeconds: 15,
            intervalSeconds: 10,
            hasten: (promql) => promql.replaceAll(':1m]', ':1s]'),
          });
          questions.set(dialect, new Questions(dialect, look));
          await waitUntil(
            `both agents in ${dialect}`,
            async () => (await servers[dialect].query('frp_process_up == 1')).length >= OBSERVED,
            PATIENCE_MILLIS,
          );
        }
        const live = async (): Promise<void> => {
          await frp.liveThrough();
          // What there is of two agents is asked while there are two: in a round that begins now.
          const before = new Map(Array.from(questions, ([dialect, { rounds }]) => [dialect, rounds]));
          await waitUntil(
            'all to be asked once more',
            () => [...questions].every(([dialect, { rounds }]) => rounds >= (before.get(dialect) ?? 0) + 2),
            PATIENCE_MILLIS,
          );
          await frp.endOther();
        };
        // Asked meanwhile, too: what there was once need not be there at the end.
        let hasLived = false;
        const living = live().finally(() => {
          hasLived = true;
        });
        await Promise.all([living, ...DIALECTS.map((dialect) => untilAnswered(dialect, () => hasLived))]);
      });

      afterAll(() => disposeAll(started));

      const outcomes = (dialect: Dialect): readonly Outcome[] => questions.get(dialect)?.outcomes ?? [];

      describe.each(DIALECTS)('in the names of %s', (dialect) => {
        it('is PromQL that Prometheus takes', () => {
          expect(
            outcomes(dialect).flatMap(({ panel, fault }) => (fault === undefined ? [] : [`${panel}: ${fault}`])),
          ).toEqual([]);
        });

        it.each(NAMES)('has series for all that %s asks, but what is listed', (name) => {
          const ofDashboard = outcomes(dialect).filter(({ panel }) => panel.startsWith(`${name} / `));
          const silent = ofDashboard.filter((outcome) => isEmpty(outcome) && !isListed(outcome, dialect));
          expect(silent.map(told)).toEqual([]);
          expect(ofDashboard.length).toBeGreaterThan(0);
        });
      });

      it('lists no panel that has all its series or that is none', () => {
        const stale = EMPTY_PANELS.filter(({ panel, dialect }) => {
          const dialects = dialect === undefined ? DIALECTS : [dialect];
          return !dialects.every((each) =>
            outcomes(each).some((outcome) => outcome.panel === panel && isEmpty(outcome)),
          );
        });
        expect(stale.map(({ panel }) => panel)).toEqual([]);
      });
    });
  });
});
