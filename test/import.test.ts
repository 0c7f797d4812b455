import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Children } from './sources/fakeFrp.js';
import { runModule } from './sources/runModule.js';

let children: Children;
beforeEach(() => {
  children = new Children();
});
afterEach(async () => {
  await children[Symbol.asyncDispose]();
});

/** The packages of which a program has CommonJS modules in memory at its end: yaml and those of OpenTelemetry are such. */
const loadedBy = async (text: string): Promise<string[]> => {
  const { code, stdout, stderr } = await runModule(
    `import { createRequire } from 'node:module';
    ${text}
    console.log(Object.keys(createRequire(process.cwd() + '/').cache).join('\\n'));
    process.exit(0);`,
    children,
    { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' },
  );
  expect([code, stderr]).toEqual([0, '']);
  const names = [...stdout.matchAll(/node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\/[^\n]*$/gm)].map(([, name = '']) => name);
  return [...new Set(names)];
};

it('the import and the registration load no YAML, no exporter, and of the SDK only its metrics', async () => {
  const loaded = await loadedBy(`
    const { registerFrpInstrumentation } = await import('./src/index.ts');
    registerFrpInstrumentation();`);
  expect(loaded).toContain('@opentelemetry/sdk-metrics');
  const late = /^(?:yaml|@opentelemetry\/(?:sdk-logs|sdk-trace|exporter-.*|otlp-.*))$/;
  expect(loaded.filter((name) => late.test(name))).toEqual([]);
});

it('a frpc.yaml loads YAML', async () => {
  const loaded = await loadedBy(`
    const { parseTables } = await import('./src/frp/config/parseTables.ts');
    parseTables('serverAddr: frp.example.com\\nserverPort: 7000\\n');`);
  expect(loaded).toContain('yaml');
});
