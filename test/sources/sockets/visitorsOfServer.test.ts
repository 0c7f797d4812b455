import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { visitorsOfServer } from '../../../src/sources/sockets/visitorsOfServer.js';
import { SocketRecorder } from './SocketRecorder.js';

const describeOnLinux = process.platform === 'linux' ? describe : describe.skip;

describeOnLinux('visitorsOfServer', () => {
  const servers: Server[] = [];
  let ports: number[];
  beforeEach(async () => {
    for (let count = 0; count < 5; count += 1) {
      const server = createServer();
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, resolve));
    }
    ports = servers.map((server) => (server.address() as AddressInfo).port);
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it('are at the ports on which it listens for a proxy, and at none of its own or of http', async () => {
    const [proxy = 0, bind, web, http, ssh] = ports;
    const frps = new SocketRecorder(
      'server',
      `bindPort = ${bind}\nwebServer.port = ${web}\nvhostHTTPPort = ${http}\nsshTunnelGateway.bindPort = ${ssh}`,
    );
    const interest = visitorsOfServer(frps.target);
    expect(await interest.find()).toEqual(['ok']);
    expect(ports.filter((port) => interest.ports.local.has(port))).toEqual([proxy]);
  });

  it('are at a port as long as it listens there', async () => {
    const [port = 0] = ports;
    const interest = visitorsOfServer(new SocketRecorder('server', 'bindPort = 1').target);
    await interest.find();
    expect(interest.ports.local.has(port)).toBe(true);
    await new Promise((resolve) => servers[0]?.close(resolve));
    await interest.find();
    expect(interest.ports.local.has(port)).toBe(false);
  });

  it("are not at another program's port", async () => {
    const interest = visitorsOfServer(new SocketRecorder('server', 'bindPort = 1', { pid: process.ppid }).target);
    await interest.find();
    expect(ports.filter((port) => interest.ports.local.has(port))).toEqual([]);
  });

  it('is off without a config', async () => {
    const frps = new SocketRecorder('server', '');
    frps.config = undefined;
    expect((await visitorsOfServer(frps.target).find())[0]).toBe('off');
  });
});
