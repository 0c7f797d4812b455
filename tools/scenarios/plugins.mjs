import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { isAtLeast } from './isAtLeast.mjs';
import { echo, web } from './services.mjs';
import { httpGet, visit } from './visitors.mjs';

/** @typedef {import('./runScenario.mjs').Scenario} Scenario */

/** @type {Scenario[]} What frpc and frps let others do. */
export const plugins = [
  {
    name: 'client-plugins',
    done: 'a GET of `files`, one through `forward`, one connection of 200 bytes to `socket` and one to `no-socket`, whose path is not there',
    config: 'frpc: plugins `static_file`, `http_proxy`, and `unix_domain_socket` twice',
    types: ['tcp'],
    run: async (world) => {
      const site = await world.uses(web({ keepAlive: false }));
      await world.uses(echo(world.file('echo.sock')));
      mkdirSync(world.file('site'));
      writeFileSync(world.file('site/index.html'), 'a file\n');
      const frps = await world.frps();
      const plugin = (/** @type {string} */ name, /** @type {object} */ plugin) => {
        return { name, type: 'tcp', remotePort: world.port(name), plugin };
      };
      const frpc = world.frpc({
        proxies: [
          plugin('files', { type: 'static_file', localPath: 'site' }),
          plugin('forward', { type: 'http_proxy' }),
          plugin('socket', { type: 'unix_domain_socket', unixPath: 'echo.sock' }),
          plugin('no-socket', { type: 'unix_domain_socket', unixPath: 'no.sock' }),
        ],
      });
      await frpc.line(/start proxy success/, { count: 4 });
      await httpGet(world.port('files'), 'files.test');
      await httpGet(world.port('forward'), `127.0.0.1:${site.port}`, `http://127.0.0.1:${site.port}/`);
      await visit(world.port('socket'), 200);
      // frpc leaves this visitor waiting, and before 0.60 it says nothing (pkg/plugin/client/unix_domain_socket.go).
      const visitor = connect(world.port('no-socket'), '127.0.0.1');
      await frps.line(/\[no-socket\] get a user connection/);
      if (isAtLeast(world.version, '0.60.0')) await frpc.line(/dial to uds/);
      visitor.destroy();
      await world.counted('tcp', 'socket', { curConns: 0, out: 200 });
      await world.look('1-visited');
    },
  },
  {
    name: 'server-plugin',
    done: 'the plugin refuses the proxy `forbidden` of frpc and the login of frpc3 (user `mallory`) while frpc2 is there; then the plugin is gone, and frpc4 logs in in vain',
    config:
      'frps: `httpPlugins` with `Login` and `NewProxy`; frpc: `user = "alice"`, `ssh` and `forbidden`; frpc2: no proxies',
    types: ['tcp'],
    run: async (world) => {
      const service = await world.uses(echo());
      const plugin = await world.uses(startPlugin(world.port('plugin')));
      const httpPlugins = [
        { name: 'guard', addr: `127.0.0.1:${world.port('plugin')}`, path: '/ask', ops: ['Login', 'NewProxy'] },
      ];
      await world.frps({ httpPlugins });
      const frpc = world.frpc({
        user: 'alice',
        proxies: ['ssh', 'forbidden'].map((name) => {
          return { name, type: 'tcp', localPort: service.port, remotePort: world.port(name) };
        }),
      });
      await frpc.line(/start proxy success/);
      await frpc.line(/start error/);
      await world.frpc({ user: 'carol' }, { name: 'frpc2' }).line(/login to server success/);
      await world.frpc({ user: 'mallory' }, { name: 'frpc3' }).closed;
      await plugin.stop();
      await world.frpc({ user: 'bob' }, { name: 'frpc4' }).closed;
      await world.look('1-refused');
    },
  },
];

/**
 * A plugin of frps (`POST /ask`): says no to the user `mallory` and to proxies named `forbidden`.
 *
 * @param {number} port
 */
const startPlugin = async (port) => {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { content } = JSON.parse(text);
    const isRefused = content.user === 'mallory' || /forbidden/.test(content.proxy_name ?? '');
    response.end(
      JSON.stringify(
        isRefused ? { reject: true, reject_reason: 'the guard says no' } : { reject: false, unchange: true },
      ),
    );
  });
  await /** @type {Promise<void>} */ (new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)));
  return {
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
