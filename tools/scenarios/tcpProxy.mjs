/**
 * A tcp proxy on the port of its name.
 * @param {import('./World.mjs').World} world
 * @param {string} name
 * @param {number} localPort
 */
export const tcpProxy = (world, name, localPort) => ({ name, type: 'tcp', localPort, remotePort: world.port(name) });
