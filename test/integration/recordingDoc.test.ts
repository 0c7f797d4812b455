import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Children } from '../sources/fakeFrp.js';
import { runModule } from '../sources/runModule.js';

const DOCS = readFileSync(new URL('../../docs/recording.md', import.meta.url), 'utf8');

let children: Children;
beforeEach(() => {
  children = new Children();
});
afterEach(() => children[Symbol.asyncDispose]());

it('docs/recording.md: the example runs as it stands, and prints what stands below it', async () => {
  const [, example = ''] = /^```js\n(.*?)^```$/ms.exec(DOCS) ?? [];
  const promised = /^It prints (.*)\.$/m.exec(DOCS)?.[1]?.matchAll(/`([^`]+)`/g) ?? [];
  const { code, stdout, stderr } = await runModule(
    example.replace("'opentelemetry-instrumentation-frp'", "'./src/index.ts'"),
    children,
    { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trim().split('\n')).toEqual(Array.from(promised, ([, line]) => line));
});
