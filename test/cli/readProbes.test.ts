import { describe, expect, it } from '@jest/globals';
import { readProbes } from '../../src/cli/readProbes.js';

describe('readProbes', () => {
  it('is nothing without a probe', () => {
    expect(readProbes(undefined)).toBeUndefined();
  });

  it('takes a proxy and where its visitors come in, every 30 s', () => {
    expect(readProbes(['ann.ssh=tcp://127.0.0.1:6000', 'web=https://example.com/?a=b'])).toEqual({
      targets: [
        { proxy: 'ann.ssh', url: 'tcp://127.0.0.1:6000' },
        { proxy: 'web', url: 'https://example.com/?a=b' },
      ],
      intervalMillis: 30_000,
    });
  });

  it('takes a name with a =', () => {
    expect(readProbes(['a=b=tcp://h:1'], '1.5')).toEqual({
      targets: [{ proxy: 'a=b', url: 'tcp://h:1' }],
      intervalMillis: 1_500,
    });
  });

  it.each([
    ['web', '"web"'],
    ['=tcp://h:1', '"=tcp://h:1"'],
    ['web=tcp://h', '"web=tcp://h"'],
    ['web=ftp://ann:secret@h', '"web=ftp://…@h"'],
    ['a@b=ftp://ann:secret@h', '"a@b=ftp://…@h"'],
  ])('refuses %j and gives away no password', (probe, shown) => {
    expect(() => readProbes([probe])).toThrow(
      `--probe: expected PROXY=URL, with a URL as tcp://HOST:PORT, http://HOST… or https://HOST…, found ${shown}`,
    );
  });

  it.each(['0.9', '3601', 'x', ''])('refuses an interval of %j', (interval) => {
    expect(() => readProbes(['web=tcp://h:1'], interval)).toThrow(
      `--probe-interval: expected seconds from 1 to 3600, found "${interval}"`,
    );
  });

  it('refuses an interval of nothing', () => {
    expect(() => readProbes(undefined, '30')).toThrow('--probe-interval: expected --probe beside it, found none');
  });
});
