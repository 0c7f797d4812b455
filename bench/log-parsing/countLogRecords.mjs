/** Field numbers on the way from an ExportLogsServiceRequest to its LogRecords: resource_logs, scope_logs, log_records. */
const PATH = [1, 2, 2];

/**
 * Counts the log records of an OTLP request (protobuf) without reading them.
 *
 * @param {Uint8Array} message
 * @throws {Error} when it is no protobuf message
 */
export const countLogRecords = (message) => countAt(message, 0, message.length, 0);

/**
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {number} to
 * @param {number} depth
 * @returns {number}
 */
function countAt(bytes, from, to, depth) {
  if (depth === PATH.length) return 1;
  let count = 0;
  let at = from;
  /** Lengths and tags here are below 2^31. */
  const varint = () => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Error(`expected a number of at most 5 bytes before byte ${at}`);
  };
  while (at < to) {
    const tag = varint();
    // These messages hold nothing but messages and strings (opentelemetry/proto/logs/v1/logs.proto).
    if ((tag & 7) !== 2) throw new Error(`expected a length-delimited field before byte ${at}, received tag ${tag}`);
    const length = varint();
    if (tag >>> 3 === PATH[depth]) count += countAt(bytes, at, at + length, depth + 1);
    at += length;
  }
  if (at !== to) throw new Error(`expected a message to end at byte ${to}, it ends at ${at}`);
  return count;
}
