import { fileURLToPath } from 'node:url';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { DIALECTS } from '../../../src/alerts/prometheusDialect.js';
import { isOneOf } from '../../../src/grafana/chosen.js';
import { renderDatasources } from '../../../src/grafana/datasources.js';
import { RECORDS } from '../../../src/grafana/logql.js';
import { collectorFile } from '../../support/collectorFile.js';
import { startEcho, visit, visitDead } from '../../support/echo.js';
import { FrpOtel } from '../../support/FrpOtel.js';
import { ALL, type Choices } from '../../support/grafana/interpolate.js';
import { interpolateLogql } from '../../support/grafana/lokiVariables.js';
import { type Asked, queriesOf, renderedDashboards } from '../../support/grafanaJson.js';
import { OtlpSink } from '../../support/OtlpSink.js';
import { describeWithLoki, type LokiLine, RealLoki } from '../../support/RealLoki.js';
import { describeWithOtelcol, RealOtelcol } from '../../support/RealOtelcol.js';
import { describeWithFrp, freePort, RealFrp, temporaryFolder, tunnelConfig } from '../../support/realFrp.js';
import { waitUntil } from '../../support/waitUntil.js';

jest.setTimeout(120_000);

/** All that a name of a tunnel can have and a query can stumble over; and one that it matches as a regular expression. */
const ODD = 'a "b" {1} \\d é 名 it\'s';
const LIKE_IT = 'a "b" {1} 5 é 名 it\'s';

const BACKENDS = fileURLToPath(new URL('../../../examples/grafana/collector.yaml', import.meta.url));

/** What each role says of a tunnel whose service is dead, when a user comes. */
const SAID = { client: 'connect to local service', server: 'get a user connection' };

/** Queries that may have no line here, by their place, and why. One that has lines after all is to be taken out. */
const MAY_BE_EMPTY: Readonly<Record<string, string>> = {};

/** What Grafana has a colour for: of its LogLevel. */
const LEVELS = ['error', 'warn', 'info', 'debug'];

interface LokiQuery extends Asked {
  readonly dashboard: Dashboard;
}

const queries: readonly LokiQuery[] = DIALECTS.flatMap((dialect) => renderedDashboards(dialect)).flatMap((dashboard) =>
  queriesOf(dashboard)
    .filter(({ of }) => of === 'loki')
    .map((query) => ({ ...query, dashboard })),
);
const isAnnotation = ({ place }: Asked): boolean => place.includes(' / annotation ');

describeWithFrp('the log queries of the dashboards', (folder) => {
  describeWithOtelcol('through the Collector', () => {
    describeWithLoki('on a real Loki', () => {
      const files = temporaryFolder();
      const toEnd: (() => Promise<unknown> | undefined)[] = [];
      let loki: RealLoki;
      let traces: OtlpSink;
      /** What one has chosen who looks for why a tunnel fails. */
      let chosen: Choices;

      /** As it comes from Grafana. */
      const ask = ({ text, dashboard }: LokiQuery, more: Choices = {}) =>
        loki.lines(interpolateLogql(text, dashboard.templating.list ?? [], { ...chosen, ...more }));

      beforeAll(async () => {
        traces = await OtlpSink.start();
        toEnd.push(() => traces.stop());
        loki = await RealLoki.start();
        toEnd.push(() => loki[Symbol.asyncDispose]());
        const collector = await RealOtelcol.start({
          configs: [collectorFile('all-in-one.yaml'), BACKENDS],
          env: { OTELCOL_LOKI: `${loki.url}/otlp`, OTELCOL_TEMPO: traces.url },
        });
        toEnd.push(() => collector[Symbol.asyncDispose]());
        const echo = await startEcho();
        toEnd.push(echo.stop);

        const names = ['bind', 'nobody', 'web', 'odd', 'likeIt', 'dead'] as const;
        const free = await Promise.all(names.map(freePort));
        const ports = Object.fromEntries(names.map((name, index) => [name, free[index] ?? 0])) as Record<
          (typeof names)[number],
          number
        >;
        const frpsFile = files.write(
          'frps.toml',
          `bindAddr = "127.0.0.1"\nbindPort = ${ports.bind}\nproxyBindAddr = "127.0.0.1"\nlog.to = "${files.path}/frps.log"\n`,
        );
        const frpcFile = files.write(
          'frpc.toml',
          [
            `serverAddr = "127.0.0.1"\nserverPort = ${ports.bind}\nlog.to = "${files.path}/frpc.log"\n`,
            tunnelConfig('web', echo.port, ports.web),
            tunnelConfig('dead', ports.nobody, ports.dead),
            ...(
              [
                [ODD, ports.odd],
                [LIKE_IT, ports.likeIt],
              ] as const
            ).map(([name, port]) => tunnelConfig(JSON.stringify(name).slice(1, -1), ports.nobody, port)),
          ].join(''),
        );
        const observe = new FrpOtel(
          ['observe', '--interval', '0.5', '--no-prometheus', '-c', frpsFile, '-c', frpcFile],
          {
            OTEL_EXPORTER_OTLP_ENDPOINT: collector.otlpUrl,
            OTEL_BLRP_SCHEDULE_DELAY: '200',
            OTEL_BSP_SCHEDULE_DELAY: '200',
            STATE_DIRECTORY: `${files.path}/state`,
          },
        );
        toEnd.push(() => observe[Symbol.asyncDispose]());
        await observe.printed(/looks every/);
        const frps = RealFrp.start(folder, 'frps', frpsFile);
        toEnd.push(() => frps.end());
        await observe.printed(/^frps@/m);
        const frpc = RealFrp.start(folder, 'frpc', frpcFile);
        toEnd.push(() => frpc.end());
        await observe.printed(/^frpc@/m);
        const told = (query: string): Promise<readonly LokiLine[]> =>
          waitUntil(
            () =>
              `lines of ${query}; the agent printed:\n${observe.stdout}${observe.stderr}\nand the Collector:\n${collector.output}`,
            async () => {
              const lines = await loki.lines(query);
              return lines.length > 0 && lines;
            },
          );
        await told('{service_name="frp"} |= `[web] start proxy success`');
        await visit(ports.web, 1_000);
        for (const port of [ports.dead, ports.odd, ports.likeIt]) await visitDead(port);
        for (const name of ['dead', ODD, LIKE_IT]) {
          await told(`{service_name="frp"} |= ${JSON.stringify(`[${name}] connect to local service`)}`);
        }
        await frpc.end();
        await frps.end('SIGTERM');
        const instances = await Promise.all(
          ['frp.client.disconnected', 'frp.server.stopped'].map(async (event) => {
            const [line] = await told(`{service_name="frp"} | event_name="${event}"`);
            return line?.labels.frp_instance ?? '';
          }),
        );
        const [frpcInstance = '', frpsInstance = ''] = instances;
        chosen = {
          role: 'client',
          server: ALL,
          frps: frpsInstance,
          frpc: frpcInstance,
          instance: ALL,
          match: '.*',
          service: 'frp',
          proxy: ALL,
          reporter: ALL,
        };
      });

      afterAll(async () => {
        for (const end of toEnd.reverse()) await end();
        files.remove();
      });

      it('parse, and have lines but for those that may be empty', async () => {
        const without: string[] = [];
        for (const query of queries) if ((await ask(query)).length === 0) without.push(query.place);
        expect(queries.length).toBeGreaterThan(0);
        expect(without.sort()).toEqual(Object.keys(MAY_BE_EMPTY).sort());
      });

      it('show no blank line, and each line of a panel at a level that Grafana has a colour for', async () => {
        for (const query of queries) {
          const lines = await ask(query);
          expect({ place: query.place, blank: lines.filter(({ line }) => line.trim() === '') }).toEqual({
            place: query.place,
            blank: [],
          });
          if (isAnnotation(query)) continue;
          const levels = new Set(lines.map(({ labels }) => labels.detected_level));
          expect({ place: query.place, levels: [...levels].filter((level = '') => !LEVELS.includes(level)) }).toEqual({
            place: query.place,
            levels: [],
          });
        }
      });

      it('have every label that the heading of an annotation names', async () => {
        for (const query of queries.filter(isAnnotation)) {
          const annotation = query.dashboard.annotations.list?.find(({ name }) => query.place.endsWith(` ${name}`));
          const format = `${annotation?.titleFormat} ${annotation?.textFormat}`;
          const named = [...format.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
          for (const { labels } of await ask(query)) expect(Object.keys(labels)).toEqual(expect.arrayContaining(named));
        }
      });

      it('of events are of the one that is chosen', async () => {
        const labelsOf = async (dashboard: string, more: Choices) => {
          const events = queries.filter((query) => isAnnotation(query) && query.dashboard.uid === `frp-${dashboard}`);
          expect(events).toHaveLength(1);
          const lines = await Promise.all(events.map((query) => ask(query, more)));
          return lines.flat().map(({ labels }) => labels);
        };
        const { frps, frpc } = chosen;
        const instancesOf = async (dashboard: string) =>
          new Set((await labelsOf(dashboard, {})).map(({ frp_instance }) => frp_instance));
        expect(await instancesOf('server')).toEqual(new Set([frps]));
        expect(await instancesOf('client')).toEqual(new Set([frpc]));
        expect(new Set((await labelsOf('proxy', { proxy: ODD })).map(({ frp_proxy_name }) => frp_proxy_name))).toEqual(
          new Set([ODD]),
        );
      });

      it.each(['dead', ODD, LIKE_IT])(
        'of the chosen tunnel %j say why it fails, of both ends whichever is chosen, and nothing of another one',
        async (name) => {
          const ofTunnels = queries.filter((query) => !isAnnotation(query) && query.text.includes('{proxy:'));
          expect(ofTunnels.map(({ dashboard }) => dashboard.uid)).toEqual(
            expect.arrayContaining(['frp-proxy', 'frp-own-metrics-proxy']),
          );
          for (const query of ofTunnels) {
            for (const role of Object.keys(SAID)) {
              for (const proxy of [name, [name], [name, 'no such tunnel']]) {
                const lines = await ask(query, { role, proxy });
                for (const said of Object.values(SAID)) {
                  expect(lines.map(({ line }) => line)).toContainEqual(expect.stringContaining(`[${name}] ${said}`));
                }
                expect(new Set(lines.map(({ labels }) => labels.frp_proxy_name))).toEqual(new Set([name]));
                expect(
                  lines
                    .filter(({ line, labels }) => !line.startsWith(`${labels.frp_instance} `))
                    .map(({ line }) => line),
                ).toEqual([]);
              }
            }
          }
        },
      );

      it('choose by a format of their own: what Grafana writes without one is no LogQL where a name has a double quote', async () => {
        const variables = [
          { name: 'proxy', type: 'query', multi: true },
          { name: 'service', type: 'textbox' },
        ];
        const asked = (label: string) =>
          loki.lines(interpolateLogql(`${RECORDS} | ${label}`, variables, { proxy: ODD, service: 'frp' }));
        await expect(asked('frp_proxy_name=~"$proxy"')).rejects.toThrow('parse error');
        expect(
          new Set((await asked(isOneOf('frp_proxy_name', 'proxy'))).map(({ labels }) => labels.frp_proxy_name)),
        ).toEqual(new Set([ODD]));
      });

      it('lead from a line to its trace and back, by what the provisioned data sources name', async () => {
        const provisioned = parse(renderDatasources({})?.text ?? '') as {
          datasources: readonly { type: string; jsonData: Record<string, unknown> }[];
        };
        const settings = (type: string) => provisioned.datasources.find((each) => each.type === type)?.jsonData ?? {};
        const [derived] = settings('loki').derivedFields as { matcherType: string; matcherRegex: string }[];
        const { query } = settings('tempo').tracesToLogsV2 as { query: string };
        expect(derived?.matcherType).toBe('label');

        const [login] = await loki.lines('{service_name="frp"} |= `login to server success`');
        const traceId = login?.labels[derived?.matcherRegex ?? ''];
        expect(traceId).toMatch(/^[0-9a-f]{32}$/);
        const span = await traces.waitFor('the span of the login', ({ spans }) =>
          spans.find((each) => each.traceId === traceId && each.name === 'frp.client.login'),
        );
        const back = await loki.lines(query.replace(/\$+\{__trace\.traceId\}/, span.traceId));
        expect(back.map(({ line }) => line)).toContainEqual(expect.stringContaining('login to server success'));
        expect(new Set(back.map(({ labels }) => labels.trace_id))).toEqual(new Set([traceId]));
      });

      it('are of streams that only two labels tell apart', async () => {
        expect(await loki.streamLabels()).toEqual(['service_instance_id', 'service_name']);
      });
    });
  });
});
