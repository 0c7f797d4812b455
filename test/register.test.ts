import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { diag } from '@opentelemetry/api';
import { presentObservation } from '../src/observation/sharedObservation.js';

let printed = '';
beforeAll(() => {
  process.env.FRP_OTEL_MAX_PROXIES = 'many';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterAll(() => {
  jest.restoreAllMocks();
  delete process.env.FRP_OTEL_MAX_PROXIES;
  diag.disable();
});

it('a preload with a variable that makes no sense says so once on stderr, observes nothing and ends no program', async () => {
  const listeners = process.listenerCount('beforeExit');
  await import('../src/register.js');
  expect(printed).toMatch(
    /^opentelemetry-instrumentation-frp: .*FRP_OTEL_MAX_PROXIES.*"many".*; nothing is observed\n$/,
  );
  expect(presentObservation()).toBeUndefined();
  expect(process.listenerCount('beforeExit')).toBe(listeners);
});
