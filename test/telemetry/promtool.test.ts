import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instanceCatalogue, proxyCatalogue } from '../../src/telemetry/catalogue/catalogue.js';
import { derivedMetrics } from '../../src/telemetry/catalogue/derivedMetrics.js';
import { observeOnMeter } from '../../src/telemetry/observeOnMeter.js';
import { PrometheusEndpoint } from '../../src/telemetry/providers/PrometheusEndpoint.js';
import { proxyAttributes as proxyAttributesOf } from '../../src/telemetry/proxyAttributes.js';
import type { MetricOptions } from '../../src/telemetry/SnapshotSource.js';
import { SCOPE } from '../../src/telemetry/scope.js';
import { FrpMetricReader } from '../../src/telemetry/withFrp.js';
import { checkMetrics, itWithPromtool } from '../support/promtool.js';
import { allMetrics, richSnapshot, T0 } from './snapshots.js';

beforeEach(() => {
  let now = T0;
  jest.spyOn(Date, 'now').mockImplementation(() => (now += 1000)); // no two looks at one moment
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** What a scrape of the endpoint gets when both roles are at work. */
const scrapedPage = async (metrics: MetricOptions = allMetrics): Promise<string> => {
  const source = { snapshot: richSnapshot, metrics };
  const endpoint = new PrometheusEndpoint();
  const provider = new MeterProvider({ readers: [new FrpMetricReader(endpoint.reader, () => source)] });
  const remove = observeOnMeter(provider.getMeter(SCOPE.name, SCOPE.version), source, 'resource gauges');
  try {
    const url = await endpoint.listen('127.0.0.1', 0);
    if (url === undefined) throw new Error('no port could be had');
    await (await fetch(url)).text(); // a rate needs two looks
    return await (await fetch(url)).text();
  } finally {
    remove();
    endpoint.close();
    await provider.shutdown();
  }
};

/** What a scrape gets where a hook gives proxies names that Prometheus writes alike. */
const pageWithAlikeNames = async (): Promise<string> => {
  const proxyAttributesHook = () => ({
    'team.name': 'a',
    team_name: 'b',
    'team..name': 'c',
    error__type: 'd',
    '1st': 'e',
    _1st: 'f',
  });
  const proxyAttributes = proxyAttributesOf({ recordProxyOwner: true, proxyAttributesHook });
  return scrapedPage({ ...allMetrics, proxyAttributes });
};

const prometheusName = (name: string, kind: string) =>
  `${name.replaceAll('.', '_')}${kind === 'counter' ? '_total' : ''}`;

describe('/metrics', () => {
  it('shows the whole catalogue, each metric under one HELP and one TYPE', async () => {
    const page = await scrapedPage();
    const shown = [...page.matchAll(/^# TYPE (frp_\S+) /gm)].map(([, name]) => name);
    const rows = [
      ...instanceCatalogue,
      ...proxyCatalogue,
      ...derivedMetrics.map((rule) => ({ ...rule, kind: 'gauge' })),
    ];
    expect(shown.sort()).toEqual(rows.map(({ name, kind }) => prometheusName(name, kind)).sort());
    expect([...page.matchAll(/^# HELP frp_/gm)]).toHaveLength(rows.length);
  });

  it('writes label values so that they can be read back', async () => {
    expect(await scrapedPage()).toContain('frp_proxy_name="alice.pages \\"quoted\\" \\\\ ü"');
  });

  it('adds a histogram’s buckets up to its count', async () => {
    const samples = [...(await scrapedPage()).matchAll(/^frp_client_login_duration_(\w+)\{(.*)\} (\S+)$/gm)];
    const ofSuccess = samples.filter(([, , labels = '']) => !labels.includes('error_type'));
    expect(ofSuccess.map(([, what, labels = '', value]) => [what, /\ble="([^"]+)"/.exec(labels)?.[1], value])).toEqual([
      ['count', undefined, '2'],
      ['sum', undefined, '0.55'],
      ['bucket', '0.1', '1'],
      ['bucket', '1', '2'],
      ['bucket', '+Inf', '2'],
    ]);
  });

  itWithPromtool('passes promtool check metrics', async () => {
    expect(checkMetrics(await scrapedPage())).toEqual({ status: 0, output: '' });
  });

  itWithPromtool('passes it where a hook gives names that Prometheus writes alike', async () => {
    const page = await pageWithAlikeNames();
    expect(page).toContain('team_name="a"');
    expect(checkMetrics(page)).toEqual({ status: 0, output: '' });
  });

  itWithPromtool('is checked by a promtool that does find faults', () => {
    const page = '# HELP x_count a\n# TYPE x_count gauge\nx_count 1\n';
    expect(checkMetrics(page)).toEqual({ status: 3, output: expect.stringContaining('"_count" suffix') });
  });
});
