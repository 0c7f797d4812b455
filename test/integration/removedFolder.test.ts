import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Children } from '../sources/fakeFrp.js';
import { runModule } from '../sources/runModule.js';
import { temporaryFolder } from '../tools/fakePrograms.js';

const NOBODY = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' };

let children: Children;
beforeEach(() => {
  children = new Children();
});
afterEach(() => children[Symbol.asyncDispose]());

it('in a working folder that was removed only what is relative to it cannot be had, and is said', async () => {
  using folder = temporaryFolder();
  const { code, stdout, stderr } = await runModule(
    `
      const { registerFrpInstrumentation } = await import('./src/index.ts');
      const { mkdirSync, rmdirSync } = await import('node:fs');
      mkdirSync('${folder.path}/gone');
      process.chdir('${folder.path}/gone');
      rmdirSync('${folder.path}/gone');
      const attempt = (work) => {
        try {
          work();
          console.log('taken');
        } catch ({ name, message }) {
          console.log(name + ': ' + message.slice(0, 38));
        }
      };
      attempt(() => registerFrpInstrumentation({ stateDirectory: 'state' }));
      const handle = registerFrpInstrumentation();
      attempt(() => handle.observe({ role: 'client', log: 'x.log' }));
      attempt(() => handle.observe({ role: 'client', log: '${folder.path}/x.log' }));
      await new Promise((resolve) => setImmediate(resolve));
      console.log(handle.snapshot().instances.length);
      await handle.shutdown();
    `,
    children,
    NOBODY,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    'FrpOptionsError: stateDirectory: expected an absolute p',
    'FrpOptionsError: observe: log: expected an absolute pat',
    'taken',
    '1',
    '',
  ]);
});
