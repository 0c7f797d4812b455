import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { configOfCommandLine } from '../../src/frp/config/configOfCommandLine.js';
import { frpVersions, resolveFrp } from '../../tools/frp.mjs';
import { CLIENT_EXAMPLES, SERVER_EXAMPLES, TEMPLATE_EXAMPLE } from '../frp/config/examples.js';
import { freePort, RealFrp, temporaryFolder } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

/** What `frps verify -c` or `frpc verify -c` says. */
const verify = (program: string, file: string, env: NodeJS.ProcessEnv = {}): string => {
  try {
    return execFileSync(program, ['verify', '-c', file], { encoding: 'utf8', env: { ...process.env, ...env } });
  } catch (error) {
    const { stdout } = error as { stdout?: string };
    return `refused: ${stdout}`;
  }
};

for (const version of frpVersions) {
  const found = await resolveFrp({ version }).catch((error: Error) => error);
  if (found instanceof Error && process.env.CI === 'true') throw found;
  const isMissing = found instanceof Error;
  if (isMissing) process.stderr.write(`skipped: configs of frp ${version}: ${found.message}\n`);
  const binary = (name: string): string => join(isMissing ? '' : found.folder, name);

  (isMissing ? describe.skip : describe)(`frp ${version} itself`, () => {
    let folder: ReturnType<typeof temporaryFolder>;
    beforeAll(() => {
      folder = temporaryFolder();
    });
    afterAll(() => folder.remove());

    it.each(Object.entries(SERVER_EXAMPLES))('takes the example of frps in %s', (format, text) => {
      expect(verify(binary('frps'), folder.write(`frps.${format}`, text))).toContain('syntax is ok');
    });

    it.each(Object.entries(CLIENT_EXAMPLES))('takes the example of frpc in %s', (format, text) => {
      expect(verify(binary('frpc'), folder.write(`frpc.${format}`, text))).toContain('syntax is ok');
    });

    it('evaluates the example of templates, from 0.56.0 on', () => {
      const file = folder.write('template.toml', TEMPLATE_EXAMPLE);
      const said = verify(binary('frpc'), file, { FRP_SERVER: '127.0.0.1', FRP_USER: 'alice' });
      expect(said).toContain(version === '0.52.3' ? 'function "parseNumberRangePair" not defined' : 'syntax is ok');
    });

    it('takes a file for INI by its [common] section, and not when a key in it stands alone', () => {
      const ini = '[common]\nbind_port = 7000\n';
      expect(verify(binary('frps'), folder.write('any.toml', ini))).toContain('syntax is ok');
      expect(verify(binary('frps'), folder.write('alone.toml', `${ini}tcp_mux\n`))).toContain('refused');
    });

    it('serves its dashboard where the flags of its command line say, to admin with the password admin', async () => {
      const [bindPort, dashboardPort] = [await freePort(), await freePort()];
      const args = ['--bind_addr', '127.0.0.1', '-p', `${bindPort}`, '--dashboard_port', `${dashboardPort}`];
      const { webServer, serverPort } = configOfCommandLine(args, 'server') ?? {};
      expect(serverPort).toBe(bindPort);
      const frps = new RealFrp(spawn(binary('frps'), args, { stdio: ['ignore', 'pipe', 'inherit'] })).read();
      try {
        await frps.line(/frps started successfully/);
        const url = `http://${webServer?.host}:${webServer?.port}/api/serverinfo`;
        const status = async (user: string) => {
          const authorization = `Basic ${btoa(`${user}:${webServer?.password.reveal()}`)}`;
          return (await fetch(url, { headers: { authorization } })).status;
        };
        await waitUntil('the dashboard listens', () =>
          status(webServer?.user ?? '').then(
            () => true,
            () => undefined,
          ),
        );
        expect(await status(webServer?.user ?? '')).toBe(200);
        expect(await status('somebody')).toBe(401);
      } finally {
        await frps.end();
      }
    });

    it('takes key names of any case, null, and YAML 1.1', () => {
      const yaml = 'BINDPORT: 010\nwebserver:\nenablePrometheus: yes\nbindAddr: 127.0.0.1\n---\nx: [1]\n';
      expect(verify(binary('frps'), folder.write('lenient.yaml', yaml))).toContain('syntax is ok');
    });
  });
}
