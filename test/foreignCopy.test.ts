import { expect, it } from '@jest/globals';
import { DiagRecorder } from './telemetry/DiagRecorder.js';

it('a copy with another contract has the process to itself: this one says so once and does nothing', async () => {
  using diagnostics = new DiagRecorder();
  const slot = { contract: 99, version: '9.0.0' };
  Object.assign(globalThis, { [Symbol.for('opentelemetry-instrumentation-frp')]: slot });
  const { registerFrpInstrumentation, FrpInstrumentation } = await import('../src/index.js'); // not before the other one
  const handle = registerFrpInstrumentation();
  expect(new FrpInstrumentation().handle).toBeUndefined();
  expect(handle.snapshot()).toEqual({ instances: [] });
  await handle.shutdown();
  expect(slot).toEqual({ contract: 99, version: '9.0.0' });
  expect(diagnostics.warnings).toEqual([
    expect.stringMatching(/9\.0\.0 before .*, which cannot work together: this one does nothing/),
  ]);
});
