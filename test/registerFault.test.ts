import { afterAll, expect, it, jest } from '@jest/globals';
import { diag } from '@opentelemetry/api';

afterAll(() => {
  jest.restoreAllMocks();
  diag.disable();
});

it('a preload that fails by a fault of ours says so once on stderr and ends no program', async () => {
  let printed = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  jest.unstable_mockModule('../src/registerFrpInstrumentation.js', () => ({
    registerFrpInstrumentation: () => {
      throw Object.assign(new Error('ENOENT: no such file or directory, uv_cwd'), { code: 'ENOENT' });
    },
  }));
  const listeners = process.listenerCount('beforeExit');
  await import('../src/register.js');
  expect(printed).toBe(
    'opentelemetry-instrumentation-frp: ENOENT: no such file or directory, uv_cwd; nothing is observed\n',
  );
  expect(process.listenerCount('beforeExit')).toBe(listeners);
});
