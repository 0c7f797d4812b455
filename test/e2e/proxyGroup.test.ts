import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type FrpInstrumentationHandle, registerFrpInstrumentation } from '../../src/index.js';
import { echo } from '../../tools/scenarios/services.mjs';
import { World } from '../../tools/scenarios/World.mjs';
import { describeWithFrp } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

describeWithFrp('the members of a load-balancing group', (folder) => {
  let world: World;
  let handle: FrpInstrumentationHandle;

  /** The states of a proxy that hold on a role, each with its group, as /metrics has them. */
  const states = async (role: string, name: string): Promise<(string | undefined)[][]> => {
    const text = await (await fetch(handle.metricsUrl ?? '')).text();
    return text
      .split('\n')
      .filter((line) => line.startsWith('frp_proxy_status{') && line.endsWith(' 1'))
      .filter((line) => line.includes(`frp_role="${role}"`) && line.includes(`frp_proxy_name="${name}"`))
      .map((line) => [
        /frp_proxy_state="(\w+)"/.exec(line)?.[1],
        /frp_proxy_group="(\w+)"/.exec(line)?.[1] ?? 'in no group',
      ]);
  };
  /** frps's API is asked a moment later than its log is read. */
  const toBe = async (role: string, name: string, state: string, group: string): Promise<void> => {
    const expected = [[state, group]];
    await waitUntil(
      `${name} (${role}) to be ${state}, ${group}`,
      async () => JSON.stringify(await states(role, name)) === JSON.stringify(expected),
    );
    await handle.forceFlush(); // it stays so
    expect(await states(role, name)).toEqual(expected);
  };

  beforeAll(async () => {
    for (const signal of ['METRICS', 'LOGS', 'TRACES']) process.env[`OTEL_${signal}_EXPORTER`] = 'none';
    handle = registerFrpInstrumentation({ collectionIntervalMillis: 300, prometheus: { port: 0 } });
    world = await World.open('0.71.0', folder, {});
    const { port: localPort } = await world.uses(echo());
    const member = (name: string) => ({
      name,
      type: 'tcp',
      localPort,
      remotePort: world.port('pool'),
      loadBalancer: { group: 'pool', groupKey: 'dummy-key' },
    });
    await world.frps();
    const alone = { name: 'alone', type: 'tcp', localPort, remotePort: world.port('alone') };
    await world.frpc({ proxies: [member('one'), alone] }).line(/start proxy success/, { count: 2 });
    await world.frpc({ proxies: [member('two')] }, { name: 'frpc2' }).line(/start proxy success/);
  });

  afterAll(async () => {
    await handle?.shutdown();
    await world?.close();
  });

  it('are told with their group on both roles, and who is alone is not', async () => {
    for (const name of ['one', 'two']) {
      await toBe('server', name, 'online', 'pool');
      await toBe('client', name, 'running', 'pool');
    }
    await toBe('server', 'alone', 'online', 'in no group');
    await toBe('client', 'alone', 'running', 'in no group');
  });

  it('keep it when they are lost, though frps has forgotten it', async () => {
    await world.processes.get('frpc2')?.[0]?.end('SIGKILL');
    await toBe('server', 'two', 'offline', 'pool');
    await toBe('client', 'two', 'closed', 'pool');
    await toBe('server', 'one', 'online', 'pool');
  });
});
