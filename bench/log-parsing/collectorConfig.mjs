/** The same fields as the package's own grammar reads of a line's head: time, level, source file and line, run id, message. */
const REGEX =
  String.raw`^(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) \[(?P<level>[TDIWE])\] ` +
  String.raw`\[(?P<file>[^\]\s]+):(?P<line>\d+)\] (?:\[(?P<run_id>[0-9a-f]{16})\] )?(?P<message>.*)$`;

/** @typedef {'otlp' | 'file' | 'nop'} PeerWay */

/**
 * A Collector that reads a log file from its beginning, in the cheapest way for it: no batch processor, no compression, no metrics
 * of its own but where they tell when it is done.
 *
 * @param {object} options
 * @param {string} options.file
 * @param {PeerWay} options.way
 * @param {number} options.batch records per request
 * @param {string} options.sinkUrl
 * @param {string} options.outFile of the file exporter
 * @param {number} options.metricsPort 0 for none
 */
export function collectorConfig({ file, way, batch, sinkUrl, outFile, metricsPort }) {
  const exporters = {
    otlp: {
      otlp_http: {
        endpoint: sinkUrl,
        compression: 'none',
        // Waits for room instead of dropping.
        sending_queue: {
          enabled: true,
          block_on_overflow: true,
          sizer: 'items',
          queue_size: 8 * batch,
          batch: { min_size: batch, max_size: batch, flush_timeout: '200ms', sizer: 'items' },
        },
      },
    },
    file: { file: { path: outFile } },
    nop: { nop: {} },
  };
  const reader = { pull: { exporter: { prometheus: { host: '127.0.0.1', port: metricsPort } } } };
  const metrics = metricsPort === 0 ? { level: 'none' } : { level: 'basic', readers: [reader] };
  return {
    receivers: {
      file_log: {
        include: [file],
        start_at: 'beginning',
        include_file_name: false,
        operators: [
          {
            type: 'regex_parser',
            regex: REGEX,
            timestamp: { parse_from: 'attributes.time', layout: '%Y-%m-%d %H:%M:%S.%L' },
            severity: {
              parse_from: 'attributes.level',
              mapping: { trace: 'T', debug: 'D', info: 'I', warn: 'W', error: 'E' },
            },
          },
          { type: 'move', from: 'attributes.message', to: 'body' },
          { type: 'remove', field: 'attributes.time' },
        ],
      },
    },
    exporters: exporters[way],
    service: {
      telemetry: { logs: { level: 'warn' }, metrics },
      pipelines: { logs: { receivers: ['file_log'], exporters: Object.keys(exporters[way]) } },
    },
  };
}
