import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { connectionsOfClient } from '../../../src/sources/sockets/connectionsOfClient.js';
import { HostAddresses } from '../../../src/sources/sockets/HostAddresses.js';
import { heldSockets } from '../../../src/sources/sockets/heldSockets.js';
import type { Interest } from '../../../src/sources/sockets/Interest.js';
import { parseSsLine, type SsLine } from '../../../src/sources/sockets/parseSsLine.js';
import { SocketRecorder } from './SocketRecorder.js';

const NOT_OURS = 1;

const describeOnLinux = process.platform === 'linux' ? describe : describe.skip;

describeOnLinux('connectionsOfClient', () => {
  let server: Server;
  let socket: Socket;
  let ownInode: number;
  let interest: Interest;
  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const before = await heldSockets(process.pid);
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    socket = connect(address.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    ownInode = [...((await heldSockets(process.pid)) ?? [])].find((inode) => !before?.has(inode)) ?? 0;
    interest = connectionsOfClient(
      new SocketRecorder('client', '[[proxies]]\nname = "ssh"\ntype = "tcp"\nlocalPort = 22').target,
    );
    await interest.find();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    socket.destroy();
    server.close();
  });

  const toService = (id: string, inode: number): SsLine =>
    parseSsLine(
      `ESTAB 0 0 127.0.0.1:51234 127.0.0.1:22 ino:${inode} sk:${id} cwnd:10 bytes_sent:5 bytes_acked:7 bytes_received:3`,
    ) as SsLine;
  const later = (millis: number): void => {
    const then = performance.now() + millis;
    jest.spyOn(performance, 'now').mockReturnValue(then);
  };

  it('is interested in the ports of its services, and in no other address there', () => {
    expect([...interest.ports.peer]).toEqual([22]);
    expect(interest.peerOf(toService('a', 1))).toBe('127.0.0.1:22');
    expect(interest.peerOf({ ...toService('a', 1), peer: '127.0.0.2:22' })).toBeUndefined();
  });

  it('owns the sockets that the process holds', async () => {
    const owned = await interest.owned([toService('a', ownInode), toService('b', NOT_OURS), toService('c', 0)]);
    expect(owned.map(({ id }) => id)).toEqual(['a']);
  });

  it('takes one that ended unseen for its own while nobody else connects to the service', () => {
    expect(interest.ownedAtEnd(toService('a', 0))).toBe('yes');
  });

  it('takes an attempt that was not answered for no connection', () => {
    expect(interest.ownedAtEnd({ ...toService('a', 0), bytesAcked: 0 })).toBe('no');
  });

  it('takes one that was closed between the list of sockets and that of files for its own', async () => {
    await interest.owned([toService('a', NOT_OURS)]);
    expect(interest.ownedAtEnd(toService('a', 0))).toBe('yes');
  });

  it("knows another program's when it stays, and then cannot tell whose an unseen one was, for ten minutes", async () => {
    await interest.owned([toService('theirs', NOT_OURS)]);
    later(1_001);
    expect(interest.ownedAtEnd(toService('theirs', 0))).toBe('no');
    expect(interest.ownedAtEnd(toService('unseen', 0))).toBe('unknown');
    later(600_001);
    expect(interest.ownedAtEnd(toService('unseen', 0))).toBe('yes');
  });

  it('waits for no name that is slow to be looked up, and finds its service once it is', async () => {
    let answer = (_: readonly string[]): void => {};
    const hosts = new HostAddresses(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const config = '[[proxies]]\nname = "db"\ntype = "tcp"\nlocalIP = "db.test"\nlocalPort = 5432';
    const ofNamed = connectionsOfClient(new SocketRecorder('client', config).target, hosts);
    expect(await ofNamed.find()).toEqual(['degraded', 'db.test:5432 is being resolved (db)', true]);
    expect([...ofNamed.ports.peer]).toEqual([]);
    answer(['10.0.0.7']);
    await hosts.settled(1_000);
    expect(await ofNamed.find()).toEqual(['ok']);
    expect([...ofNamed.ports.peer]).toEqual([5432]);
    expect(ofNamed.peerOf({ ...toService('a', 1), peer: '10.0.0.7:5432' })).toBe('db.test:5432');
  });

  it('is off without a config', async () => {
    const recorder = new SocketRecorder('client', '');
    recorder.config = undefined;
    expect((await connectionsOfClient(recorder.target).find())[0]).toBe('off');
  });
});
