import type { FrpErrorType } from '../../frp/errorType.js';

const BY_CODE: Readonly<Record<string, FrpErrorType>> = {
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  EPIPE: 'connection_reset',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'name_resolution',
  EAI_AGAIN: 'name_resolution',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'address_not_available',
  EMFILE: 'file_descriptors',
};

/** The class of what Node says of a connection that failed. */
export const probeErrorType = ({ code = '' }: NodeJS.ErrnoException): FrpErrorType => {
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) return 'tls_certificate';
  if (/SSL|TLS/.test(code)) return 'tls_handshake';
  return BY_CODE[code] ?? '_OTHER';
};
