import { describe, expect, it } from '@jest/globals';
import { ProxySet } from '../../src/model/ProxySet.js';
import type { ProxySources } from '../../src/model/ProxySources.js';

const namesIn = (proxies: ProxySet): string[] => [...proxies].map(({ name }) => name);

const SOURCES: ProxySources = { seesLog: () => true, seesSockets: () => 'none', isNews: () => true };

describe('ProxySet, given a name of more than 255 characters', () => {
  it('leaves it out and counts it once', () => {
    const proxies = new ProxySet('server', 10, SOURCES);
    expect(proxies.getOrAdd('x'.repeat(255), 'tcp', 1)).toBeDefined();
    for (const time of [1, 2, 3]) expect(proxies.getOrAdd('x'.repeat(256), 'tcp', time)).toBeUndefined();
    expect(proxies.refused).toBe(1);
  });
});

describe('ProxySet', () => {
  it('gives the proxy that it has, and learns its type late', () => {
    const proxies = new ProxySet('server', 2, SOURCES);
    const ssh = proxies.getOrAdd('ssh', '', 1);
    expect(proxies.getOrAdd('ssh', 'tcp', 2)).toBe(ssh);
    expect(ssh?.type).toBe('tcp');
    proxies.getOrAdd('ssh', '', 3);
    expect(ssh?.snapshot()).toMatchObject({ type: 'tcp', since: 1 });
    expect(proxies.get('web')).toBeUndefined();
  });

  it('given as many living ones as the limit, refuses more and counts how often', () => {
    const proxies = new ProxySet('server', 2, SOURCES);
    proxies.getOrAdd('a', 'tcp', 1);
    proxies.getOrAdd('b', 'tcp', 1);
    expect(proxies.getOrAdd('c', 'tcp', 2)).toBeUndefined();
    expect(proxies.getOrAdd('d', 'tcp', 2)).toBeUndefined();
    expect(proxies.getOrAdd('a', 'tcp', 2)).toBeDefined();
    expect([namesIn(proxies), proxies.refused]).toEqual([['a', 'b'], 2]);
  });

  it('at the limit, gives the place of the one that is gone longest to a new one', () => {
    const proxies = new ProxySet('server', 3, SOURCES);
    for (const name of ['living', 'gone later', 'gone first']) proxies.getOrAdd(name, 'tcp', 1)?.started(1, 'log');
    proxies.get('gone first')?.lost(10);
    proxies.get('gone later')?.lost(20);
    proxies.getOrAdd('new', 'tcp', 30);
    expect([namesIn(proxies), proxies.refused]).toEqual([['living', 'gone later', 'new'], 0]);
  });

  it('at the limit, counts those that make room within 5 minutes after they went, and not later', () => {
    const proxies = new ProxySet('server', 2, SOURCES);
    for (const name of ['a', 'b']) proxies.getOrAdd(name, 'tcp', 1)?.started(1, 'log');
    proxies.get('a')?.lost(10);
    proxies.get('b')?.lost(20);
    proxies.getOrAdd('c', 'tcp', 300_011);
    expect([namesIn(proxies), proxies.evicted]).toEqual([['b', 'c'], 0]);
    proxies.getOrAdd('d', 'tcp', 300_020);
    expect([namesIn(proxies), proxies.evicted]).toEqual([['c', 'd'], 1]);
  });

  it('forgets those that were gone before a time, and not at it', () => {
    const proxies = new ProxySet('client', 3, SOURCES);
    for (const name of ['living', 'lost', 'removed']) proxies.getOrAdd(name, 'tcp', 1)?.started(1, 'log');
    proxies.get('lost')?.lost(10);
    proxies.get('removed')?.removed(10);
    proxies.forgetGoneBefore({ lost: 10, ended: 10 });
    expect(namesIn(proxies)).toEqual(['living', 'lost', 'removed']);
    proxies.forgetGoneBefore({ lost: 11, ended: 10 });
    expect(namesIn(proxies)).toEqual(['living', 'removed']);
    proxies.forgetGoneBefore({ lost: 11, ended: 11 });
    expect(namesIn(proxies)).toEqual(['living']);
  });

  it('at the limit, gives no place of one that is back, nor of one that has taken the name of a forgotten one', () => {
    const proxies = new ProxySet('server', 2, SOURCES);
    const [old] = ['a', 'b'].map((name) => proxies.getOrAdd(name, 'tcp', 1));
    old?.lost(10);
    proxies.forgetGoneBefore({ lost: 11, ended: 11 });
    proxies.getOrAdd('a', 'tcp', 12)?.started(12, 'log');
    proxies.get('b')?.lost(13);
    proxies.get('b')?.started(14, 'log');
    old?.ended(15); // as by a session that still holds it
    expect(proxies.getOrAdd('c', 'tcp', 16)).toBeUndefined();
    expect(namesIn(proxies).sort()).toEqual(['a', 'b']);
  });
});
