import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { observeOnMeter } from '../../dist/telemetry/observeOnMeter.js';
import { FrpMetricReader } from '../../dist/telemetry/withFrp.js';

/**
 * Gives a reader all metrics of a pair, as the package does.
 *
 * @param {import('./FrpPair.mjs').FrpPair} pair
 * @param {import('@opentelemetry/sdk-metrics').IMetricReader} reader
 */
export const readPair = (pair, reader) => {
  const source = { snapshot: () => pair.model.snapshot() };
  const resource = resourceFromAttributes({ 'service.name': 'frp', 'service.instance.id': 'bench' });
  const provider = new MeterProvider({ resource, readers: [new FrpMetricReader(reader, () => source)] });
  observeOnMeter(provider.getMeter('bench'), source, 'resource gauges');
  return provider;
};
