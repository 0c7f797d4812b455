import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { collectorFile } from '../support/collectorFile.js';

interface Receivers {
  readonly receivers: {
    readonly otlp: {
      readonly protocols: {
        readonly grpc: { readonly max_recv_msg_size_mib?: number };
        readonly http: { readonly max_request_body_size?: number };
      };
    };
  };
}

describe.each(['agent.yaml', 'gateway.yaml', 'all-in-one.yaml'])('%s', (file) => {
  const { grpc, http } = (parse(readFileSync(collectorFile(file), 'utf8'), { merge: true }) as Receivers).receivers.otlp
    .protocols;

  it('takes an export of 10,000 tunnels, by HTTP and by gRPC', () => {
    expect(http.max_request_body_size).toBe(128 * 2 ** 20);
    expect(grpc.max_recv_msg_size_mib).toBe(128);
  });
});
