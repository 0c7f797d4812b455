import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, createSecureContext, type PeerCertificate, type SecureContext } from 'node:tls';

/** Whom a TLS connection believes; without anything it is as Node has it: known CAs, and the host's name. */
export interface TlsTrust {
  readonly secureContext?: SecureContext;
  readonly checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
}

/**
 * Trusts the very certificate that frp shows, as it stands in its `webServer.tls.certFile`. It is mostly self-signed or for
 * a public name, and frp is asked over loopback: so its name does not count when it is exactly this one.
 *
 * @param read where it throws, or what it gives is no certificate, Node's own trust is left
 */
export const trustCertificate = (read: (() => string) | undefined): TlsTrust => {
  if (read === undefined) return {};
  try {
    const pem = read();
    const shown = new X509Certificate(pem).raw; // the first one in the file is the one that frp shows
    return {
      secureContext: createSecureContext({ ca: pem, allowPartialTrustChain: true }),
      checkServerIdentity: (host, certificate) =>
        shown.equals(certificate.raw) ? undefined : checkServerIdentity(host, certificate),
    };
  } catch {
    // Without it the connection is refused with a reason that names this file, unless a known CA vouches for it.
    return {};
  }
};
