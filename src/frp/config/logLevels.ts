/** Values of `log.level` with which frp logs logins, proxies and connections, and not only what fails. */
export const LEVELS_WITH_INFO: ReadonlySet<string> = new Set(['trace', 'debug', 'info']);
