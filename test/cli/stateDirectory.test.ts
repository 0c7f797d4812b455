import { describe, expect, it } from '@jest/globals';
import { defaultStateDirectory } from '../../src/cli/stateDirectory.js';

describe('defaultStateDirectory', () => {
  it.each([
    ['what systemd gives', { STATE_DIRECTORY: '/var/lib/a:/var/lib/b', HOME: '/root' }, true, '/var/lib/a'],
    ["the system's place for root", { HOME: '/root', XDG_STATE_HOME: '/x' }, true, '/var/lib/frp-otel'],
    ["a user's own place", { HOME: '/home/u', XDG_STATE_HOME: '/x' }, false, '/x/frp-otel'],
    ["a user's usual place", { HOME: '/home/u' }, false, '/home/u/.local/state/frp-otel'],
    ['none without a home', {}, false, undefined],
  ])('is %s', (_, env, isRoot, folder) => {
    expect(defaultStateDirectory(env, isRoot)).toBe(folder);
  });
});
