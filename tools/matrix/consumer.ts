// What a user's program says of this package, for the compiler only: it must accept it with both lines of the SDK.
import { type Instrumentation, registerInstrumentations } from '@opentelemetry/instrumentation';
import {
  AggregationTemporality,
  type IMetricReader,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  FrpInstrumentation,
  type FrpInstrumentationHandle,
  type FrpSnapshot,
  registerFrpInstrumentation,
  withFrp,
} from 'opentelemetry-instrumentation-frp';

const reader = new PeriodicExportingMetricReader({
  exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
});
const merging: IMetricReader = withFrp(reader);
const meterProvider = new MeterProvider({ readers: [merging] });
const instrumentation: Instrumentation = new FrpInstrumentation({ enabled: false });
const sdk = new NodeSDK({ metricReaders: [withFrp(reader)], instrumentations: [instrumentation] });
sdk.start();
const unregister = registerInstrumentations({ instrumentations: [instrumentation], meterProvider });

const handle: FrpInstrumentationHandle = registerFrpInstrumentation({ meterProvider, collectionIntervalMillis: 1_000 });
const stop = handle.on('proxy.connected', ({ proxy, proxyType, time }) => `${proxy}: ${proxyType} since ${time + 1}`);
const { instances }: FrpSnapshot = handle.snapshot();
stop();
unregister();
await handle.shutdown();
await sdk.shutdown();
process.exitCode = instances.length;
