import { describe, expect, it } from '@jest/globals';
import { ClientSessions } from '../../src/model/ClientSessions.js';
import { clientAnswer } from './signals.js';

const runIdOf = (number: number): string => number.toString(16).padStart(16, '0');
const login = (time: number, address = '192.0.2.1:5000') => ({ time, address, version: '0.71.0', hostname: 'box' });

describe('logins that are pending', () => {
  it('given more than 1000, are forgotten, the oldest first', () => {
    const sessions = new ClientSessions();
    for (let number = 1; number <= 1_001; number += 1) sessions.attempted(runIdOf(number), login(number));
    expect(sessions.accepted(runIdOf(1))).toBeUndefined();
    expect(sessions.accepted(runIdOf(2))?.login).toEqual(login(2));
  });

  it('given a second attempt with the same run id, are of the second, and the last', () => {
    const sessions = new ClientSessions();
    sessions.attempted('a', login(1));
    sessions.attempted('b', login(2));
    sessions.attempted('a', login(3, 'again'));
    expect(sessions.refusedAttempt()).toEqual(login(3, 'again'));
    expect(sessions.refusedAttempt()).toEqual(login(2));
    expect(sessions.refusedAttempt()).toBeUndefined();
  });

  it('are accepted once', () => {
    const sessions = new ClientSessions();
    sessions.attempted('a', login(1));
    expect(sessions.accepted('a')?.toldByLog).toBe(true);
    expect(sessions.accepted('a')).toBeUndefined();
    expect(sessions.count).toBe(1);
  });

  it('given 10 s without a refusal, and not before, are told', () => {
    const sessions = new ClientSessions();
    sessions.attempted('a', login(1_000));
    sessions.attempted('b', login(1_001));
    expect(sessions.unrefusedBy(11_000)).toEqual([]);
    expect(sessions.unrefusedBy(11_001)).toEqual(['a']);
    expect(sessions.unrefusedBy(11_002)).toEqual(['a', 'b']);
  });
});

describe('sessions that have ended', () => {
  it('given more than 1000, are forgotten, the oldest first', () => {
    const sessions = new ClientSessions();
    for (let number = 1; number <= 1_001; number += 1) {
      sessions.found(runIdOf(number));
      sessions.ended(runIdOf(number), number, 'closed');
    }
    const known = sessions.snapshot().map(({ runId }) => runId);
    expect([known.length, known[0], known.at(-1)]).toEqual([1_000, runIdOf(2), runIdOf(1_001)]);
  });

  it('end once', () => {
    const sessions = new ClientSessions();
    sessions.found('a');
    expect(sessions.ended('a', 5, 'closed')?.reason).toBe('closed');
    expect(sessions.ended('a', 6, 'closed')).toBeUndefined();
    expect(sessions.snapshot()).toMatchObject([{ disconnectedAt: 5 }]);
  });

  it('are those since a time, which an answer asked before it cannot know', () => {
    const sessions = new ClientSessions();
    for (const [runId, time] of [
      ['a', 5],
      ['b', 6],
      ['c', 7],
    ] as const) {
      sessions.found(runId);
      sessions.ended(runId, time, 'closed');
    }
    expect([...sessions.endedSince(6)]).toEqual(['b', 'c']);
  });

  it('given a reason that a line told before, have that one', () => {
    const sessions = new ClientSessions();
    sessions.found('a').endsBecause = 'heartbeat_timeout';
    expect(sessions.ended('a', 5, 'closed')?.reason).toBe('heartbeat_timeout');
  });
});

describe('sessions that are connected', () => {
  it('given more than 100,000, are counted and not kept', () => {
    const sessions = new ClientSessions();
    for (let number = 1; number <= 100_001; number += 1) sessions.found(runIdOf(number), clientAnswer(runIdOf(number)));
    expect([sessions.count, sessions.refused]).toEqual([100_000, 1]);
    expect(sessions.get(runIdOf(100_001))).toBeUndefined();
  });

  it('of which nothing has changed, have the same snapshot', () => {
    const sessions = new ClientSessions();
    const session = sessions.found('a', clientAnswer('a', { user: 'alice' }));
    const [first] = sessions.snapshot();
    expect(sessions.snapshot()[0]).toBe(first);
    session.identified(clientAnswer('a', { user: 'alice', clientId: 'laptop' }));
    expect(sessions.snapshot()[0]).toMatchObject({ user: 'alice', clientId: 'laptop' });
    expect(first).toMatchObject({ clientId: undefined });
  });
});
