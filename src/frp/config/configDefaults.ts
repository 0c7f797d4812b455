import { isVersionAtLeast } from '../isVersionAtLeast.js';

/** What frp takes where a config says nothing, and its versions differ. Seconds; -1 is off. */
export interface ConfigDefaults {
  readonly tcpMuxKeepaliveInterval: number;
  /** With tcpMux, which is on by default. */
  readonly heartbeatIntervalOverTcpMux: number;
  readonly heartbeatTimeoutOverTcpMux: number;
}

/** The heartbeat without tcpMux, in all versions. */
export const HEARTBEAT_INTERVAL = 30;
export const HEARTBEAT_TIMEOUT = 90;

/** Newest first: pkg/config/v1/{client,server}.go. */
export const CONFIG_DEFAULTS: readonly { readonly since: string; readonly defaults: ConfigDefaults }[] = [
  {
    since: '0.58.1',
    defaults: { tcpMuxKeepaliveInterval: 30, heartbeatIntervalOverTcpMux: -1, heartbeatTimeoutOverTcpMux: -1 },
  },
  {
    since: '0.58.0',
    defaults: { tcpMuxKeepaliveInterval: 60, heartbeatIntervalOverTcpMux: -1, heartbeatTimeoutOverTcpMux: -1 },
  },
  {
    since: '0.0.0',
    defaults: {
      tcpMuxKeepaliveInterval: 60,
      heartbeatIntervalOverTcpMux: HEARTBEAT_INTERVAL,
      heartbeatTimeoutOverTcpMux: HEARTBEAT_TIMEOUT,
    },
  },
];

/** @param version such as `0.61.2`; the newest's defaults when it is unknown */
export const configDefaults = (version: string | undefined): ConfigDefaults => {
  const row =
    CONFIG_DEFAULTS.find(({ since }) => version === undefined || isVersionAtLeast(version, since)) ??
    CONFIG_DEFAULTS[0];
  return (row as (typeof CONFIG_DEFAULTS)[number]).defaults;
};
