import type { IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { otlpProtobuf } from './otlpProtobuf.js';

/**
 * The body of an export request as an object, out of either encoding; see `otlpRead` for how the two differ.
 * @throws Error if it is neither JSON nor protobuf, is packed otherwise than with gzip, or can't be decoded.
 */
export function otlpMessage(type: 'Metrics' | 'Logs' | 'Traces', headers: IncomingHttpHeaders, body: Buffer): unknown {
  const plain = unpacked(headers['content-encoding'], body);
  const contentType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  switch (contentType) {
    case 'application/json':
      return json(plain.toString('utf8'));
    case 'application/x-protobuf':
      return otlpProtobuf(type, plain);
    default:
      throw new Error(
        `expected content type application/json or application/x-protobuf, received '${headers['content-type']}'`,
      );
  }
}

function unpacked(encoding: string | undefined, body: Buffer): Buffer {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding === 'gzip') return gunzipSync(body);
  throw new Error(`expected content encoding gzip or none, received '${encoding}'`);
}

/** proto3's JSON mapping takes null for an absent field. */
function json(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value) => (value === null ? undefined : value));
  } catch (error) {
    throw new Error(`expected JSON, received '${text.slice(0, 200)}'`, { cause: error });
  }
}
