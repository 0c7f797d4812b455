import { describe, expect, it } from '@jest/globals';
import { FACT_SOURCES, firstTold, leads } from '../../src/model/factSources.js';

describe('which source wins', () => {
  it('is said once per fact and role', () => {
    const keys = FACT_SOURCES.map(({ fact, role }) => `${fact} ${role}`);
    expect(keys).toHaveLength(new Set(keys).size);
  });

  it('is the first in the order that tells: a 0 tells, too', () => {
    const open = (api: number | undefined, sockets: number | undefined) =>
      firstTold('connections open now', { sockets, api });
    expect([open(0, 7), open(undefined, 7), open(undefined, undefined)]).toEqual([0, 7, undefined]);
  });

  it('is nobody where none tells', () => {
    const socketsLead = (log: boolean, sockets: boolean) => leads('user connections', 'sockets', { log, sockets });
    expect([socketsLead(true, true), socketsLead(false, true), socketsLead(false, false)]).toEqual([
      false,
      true,
      false,
    ]);
  });
});
