import type { Readable } from 'node:stream';
import type { Source } from '../Source.js';

/**
 * Sees each chunk that a child's stdout takes in, without reading it: flow mode, backpressure and listeners stay as the
 * program has them. Node's stream calls its own `push` with every chunk (and null at the end) before anybody reads it, so an
 * own, non-enumerable `push` in front of the inherited one is enough.
 *
 * @param onChunk gets bytes as they come, null at the end; must not throw
 */
export const tapStdout = (stdout: Readable, onChunk: (chunk: Uint8Array | null) => void): Source => {
  const push = stdout.push;
  const tapped: Readable['push'] = function (this: Readable, chunk, encoding) {
    if (chunk === null || ArrayBuffer.isView(chunk)) onChunk(chunk as Uint8Array | null);
    return push.call(this, chunk, encoding);
  };
  Object.defineProperty(stdout, 'push', { value: tapped, configurable: true, writable: true, enumerable: false });
  return {
    stop: () => {
      // Somebody may have wrapped it after us: then ours stays in their chain, and does nothing more.
      onChunk = () => {};
      if (stdout.push === tapped) Reflect.deleteProperty(stdout, 'push');
    },
  };
};
