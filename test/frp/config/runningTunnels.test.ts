import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../src/frp/config/parseConfig.js';
import { runningTunnels } from '../../../src/frp/config/runningTunnels.js';

const FILE = `
[[proxies]]
name = "ssh"
type = "tcp"
[[proxies]]
name = "web"
type = "http"
enabled = false
[[proxies]]
name = "udp"
type = "udp"
enabled = true
[[visitors]]
name = "vault"
type = "stcp"
[[visitors]]
name = "other"
type = "stcp"
enabled = false
`;

const running = (start: string) => {
  const { proxies, visitors } = runningTunnels(parseConfig(`${start}\n${FILE}`, 'client'));
  return [...proxies, ...visitors].map(({ name }) => name);
};

describe('runningTunnels', () => {
  it.each([
    ['', ['ssh', 'udp', 'vault']],
    ['start = []', ['ssh', 'udp', 'vault']],
    ['start = ["ssh", "vault"]', ['ssh', 'vault']],
    ['start = ["ssh", "web", "missing"]', ['ssh']],
    ['user = "alice"\nstart = ["alice.ssh"]', []],
  ])('given %j, are %j', (start, names) => {
    expect(running(start)).toEqual(names);
  });
});
