import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type DashboardQuery, dashboardQueries } from '../../support/grafana/dashboardQueries.js';
import { dashboardOf, dashboardsOf } from '../../support/grafana/dashboardsOf.js';
import { ALL, type Choices, ESCAPINGS } from '../../support/grafana/interpolate.js';
import { ask, type Look, openDashboard } from '../../support/grafana/openDashboard.js';
import { PrometheusApi, type Series, type TimeWindow } from '../../support/grafana/PrometheusApi.js';
import { type PastPage, pastWindow, startPrometheusWith } from '../../support/grafana/PrometheusPast.js';
import { describeWith, type PrometheusSample, RealPrometheus } from '../../support/RealPrometheus.js';
import { describeWithFrp } from '../../support/realFrp.js';
import { waitUntil } from '../../support/waitUntil.js';
import { OddTunnels } from './OddTunnels.js';
import { startOwnPrometheus } from './startOwnPrometheus.js';

jest.setTimeout(120_000);

/** frp takes any name. The last two are what a pattern of the one would match, too. */
const NAMES = ['we"ird{}\\ü名', "it's $1 (50%)", 'x|y', '[[0]]', 'a.c', 'abc'];
const FLEET = 1_000;

const DASHBOARDS = dashboardsOf('own');
const proxyDashboard = dashboardOf('own', 'proxy');
const overview = dashboardOf('own', 'overview');

const lookAt = (prometheus: RealPrometheus, window: TimeWindow): Look => ({
  api: new PrometheusApi(prometheus.url),
  window,
  rateIntervalSeconds: 60,
  intervalSeconds: 15,
});

/** Independent of the order in which Prometheus gives them, and of that in which it adds up. */
const sorted = (series: readonly Series[]): readonly string[] =>
  series
    .map(({ labels, points }) =>
      JSON.stringify({ labels, points: points.map(([time, value]) => [time, value.toPrecision(9)]) }),
    )
    .sort();

/** The value that a label has in some series, each once. */
const valuesOf = (label: string, series: readonly Series[]): readonly string[] =>
  [...new Set(series.flatMap(({ labels }) => labels[label] ?? []))].sort();

describeWith(['prometheus', 'promtool'], 'dashboards of a real Prometheus', () => {
  describe('that has no data at all', () => {
    let empty: RealPrometheus;
    beforeAll(async () => {
      empty = await RealPrometheus.start({ config: 'global: {}\n' });
    });
    afterAll(() => empty?.[Symbol.asyncDispose]());

    it.each(DASHBOARDS)('show nothing of $name, without an error, and say why', async ({ json }) => {
      const look = lookAt(empty, pastWindow());
      const { ways, offers } = await openDashboard(json, look);
      expect([...offers.values()].filter((count) => count > 0)).toEqual([]);
      for (const query of dashboardQueries(json)) {
        for (const way of ways)
          expect({ of: query.of, series: await ask(query, json, way, look) }).toEqual({ of: query.of, series: [] });
        if (query.kind === 'panel') expect(query).toEqual({ ...query, noValue: expect.stringMatching(/\w/) });
      }
    });
  });

  describeWithFrp('that was filled by real frps and frpc', (programs) => {
    const from = Date.now();
    let tunnels: OddTunnels;
    let prometheus: RealPrometheus;
    let page = '';
    const look = (): Look => lookAt(prometheus, { from, to: Date.now(), stepMillis: 1_000 });

    beforeAll(async () => {
      tunnels = await OddTunnels.start(programs, NAMES);
      prometheus = await startOwnPrometheus([tunnels.metricsPort]);
      let told: readonly PrometheusSample[] = [];
      await waitUntil(
        () => `every tunnel with its bytes, from both ends; so far ${JSON.stringify(told)}`,
        async () => {
          await tunnels.exchange(); // what went before the agent came is no part of what it counts
          told = await prometheus.query('frp_proxy_io_total{frp_role=~"server|client"} > 0');
          return told.length === NAMES.length * 2 * 2;
        },
      );
      page = await tunnels.page();
    });
    afterAll(async () => {
      await tunnels?.[Symbol.asyncDispose]();
      await prometheus?.[Symbol.asyncDispose]();
    });

    /** Every way to look at one proxy, or at all. */
    const waysTo = async (proxy: string | readonly string[]): Promise<readonly Choices[]> =>
      (await openDashboard(proxyDashboard, look())).ways.map((way) => ({ ...way, proxy }));

    /** The same query, with a matcher of PromQL's own that has the name as it is. */
    const exact = (query: DashboardQuery, name: string): DashboardQuery => ({
      ...query,
      expr: query.expr.replaceAll(
        /=~(?:"\$proxy"|"\$\{proxy\}"|`\$\{proxy:regex\}`)/g,
        () => `=${JSON.stringify(name)}`,
      ),
    });

    describe.each(ESCAPINGS)('with variables as Grafana escapes them (%s)', (escaping) => {
      it.each(NAMES)('show of %s what is of it, and of no other', async (name) => {
        const seen = { ...look(), escaping };
        let chosen = 0;
        for (const way of await waysTo(name)) {
          for (const query of dashboardQueries(proxyDashboard)) {
            const series = await ask(query, proxyDashboard, way, seen);
            const expected = await ask(exact(query, name), proxyDashboard, way, seen);
            expect({ of: query.of, series: sorted(series) }).toEqual({ of: query.of, series: sorted(expected) });
            const names = valuesOf('frp_proxy_name', series);
            if (query.kind === 'panel') expect([name]).toEqual(expect.arrayContaining([...names]));
            chosen += names.length;
          }
        }
        expect(chosen).toBeGreaterThan(0);
      });

      it('show several where several are chosen', async () => {
        const some = NAMES.slice(0, 3);
        const seen = { ...look(), escaping };
        const shown = new Set<string>();
        for (const way of await waysTo(some)) {
          for (const query of dashboardQueries(proxyDashboard).filter(({ kind }) => kind === 'panel')) {
            for (const name of valuesOf('frp_proxy_name', await ask(query, proxyDashboard, way, seen))) shown.add(name);
          }
        }
        expect([...shown].sort()).toEqual([...some].sort());
      });
    });

    it('show all where all are chosen', async () => {
      const shown = new Set<string>();
      for (const way of await waysTo(ALL)) {
        for (const query of dashboardQueries(proxyDashboard)) {
          for (const name of valuesOf('frp_proxy_name', await ask(query, proxyDashboard, way, look()))) shown.add(name);
        }
      }
      expect([...shown].sort()).toEqual([...NAMES].sort());
    });

    it('show of a tunnel that goes and comes that it was away', async () => {
      const byState = dashboardQueries(overview).find(({ of }) => of === 'Tunnels by state') as DashboardQuery;
      const [way] = (await openDashboard(overview, look())).ways;
      const total = async (): Promise<number> =>
        (await ask({ ...byState, isInstant: true }, overview, { ...way, role: 'client' }, look()))
          .flatMap(({ points }) => points)
          .reduce((sum, [, value]) => sum + value, 0);
      const comeBack = await tunnels.remove('abc');
      await waitUntil('one tunnel less', async () => (await total()) === NAMES.length - 1);
      const offered = await look().api.labelValues(
        'frp_proxy_name',
        'frp_proxy_status{frp_role="client"}',
        look().window,
      );
      expect(offered).toContain('abc');
      await comeBack();
      await waitUntil('all of them again', async () => (await total()) === NAMES.length);
    });

    describe('twice: two reporters tell of the same', () => {
      const window = pastWindow();
      const servers: RealPrometheus[] = [];
      beforeAll(async () => {
        const reporters: readonly PastPage[] = ['one', 'other'].map((instance) => ({
          page,
          labels: { job: 'frp', instance },
        }));
        servers.push(await startPrometheusWith(reporters.slice(0, 1), window));
        servers.push(await startPrometheusWith(reporters, window));
      });
      afterAll(async () => {
        for (const server of servers) await server[Symbol.asyncDispose]();
      });

      // What Telemetry health shows is of the reporters themselves.
      it.each(DASHBOARDS.filter(({ name }) => name !== 'telemetry-health'))(
        'show in $name what one alone tells',
        async ({ json }) => {
          const [one, both] = servers.map((server) => lookAt(server, window)) as [Look, Look];
          const { ways } = await openDashboard(json, one);
          expect((await openDashboard(json, both)).ways).toEqual(ways);
          for (const way of ways) {
            for (const query of dashboardQueries(json)) {
              const told = sorted(await ask(query, json, way, both));
              expect({ of: query.of, told }).toEqual({ of: query.of, told: sorted(await ask(query, json, way, one)) });
            }
          }
        },
      );
    });

    describe('a thousand times', () => {
      const window = pastWindow();
      let fleet: RealPrometheus;
      const host = (nth: number): string => `host-${`${nth}`.padStart(4, '0')}`;
      const WANTED = 7;

      beforeAll(async () => {
        const asked = JSON.stringify(overview);
        const ofOne = page
          .split('\n')
          .filter((line) => /frp_role="server"/.test(line) && /frp_proxy_name="abc"|^(?!.*frp_proxy_name)/.test(line))
          .filter((line) => asked.includes(line.slice(0, line.indexOf('{'))))
          .join('\n');
        const pages = Array.from({ length: FLEET }, (_, nth) => ({
          page: ofOne,
          labels: {
            ...{ job: 'frp', instance: host(nth) },
            ...{ frp_instance: `frps@${host(nth)}`, frp_server_name: `${host(nth)}:7000` },
          },
        }));
        fleet = await startPrometheusWith(pages, window);
      });
      afterAll(() => fleet?.[Symbol.asyncDispose]());

      it('show the one that is chosen, and no other', async () => {
        const seen = lookAt(fleet, window);
        const { ways, offers } = await openDashboard(overview, seen);
        expect(offers.get('server')).toBe(FLEET);
        const shown = new Set<string>();
        for (const way of ways) {
          for (const query of dashboardQueries(overview)) {
            const series = await ask(query, overview, { ...way, server: [`${host(WANTED)}:7000`] }, seen);
            for (const name of valuesOf('frp_server_name', series)) shown.add(name);
          }
        }
        expect([...shown]).toEqual([`${host(WANTED)}:7000`]);
      });

      it('show all of them', async () => {
        const seen = lookAt(fleet, window);
        const [way = {}] = (await openDashboard(overview, seen)).ways;
        const shown = new Set<string>();
        const begun = performance.now();
        const slowest = { of: '', millis: 0 };
        for (const query of dashboardQueries(overview)) {
          const before = performance.now();
          for (const name of valuesOf('frp_server_name', await ask(query, overview, way, seen))) shown.add(name);
          const millis = performance.now() - before;
          if (millis > slowest.millis) Object.assign(slowest, { of: query.of, millis });
        }
        expect(shown.size).toBe(FLEET);
        process.stderr.write(
          `Overview of ${FLEET} servers: ${Math.round(performance.now() - begun)} ms in all, the slowest ${slowest.of} with ${Math.round(slowest.millis)} ms\n`,
        );
      });
    });
  });
});
