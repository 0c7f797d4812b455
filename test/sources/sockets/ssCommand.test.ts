import { describe, expect, it } from '@jest/globals';
import { ssFault } from '../../../src/sources/sockets/ssCommand.js';

describe('ssFault', () => {
  // As nsenter of util-linux 2.38 says it, also to a root without that capability.
  it('names the right that it takes to look into another network', () => {
    const said = "nsenter: reassociate to namespace 'ns/net' failed: Operation not permitted\n";
    expect(ssFault(said)).toEqual([
      'degraded',
      `its network is another one: to look into it needs CAP_SYS_ADMIN: ${said.trim()}`,
    ]);
  });
});
