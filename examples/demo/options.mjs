import { parseArgs } from 'node:util';

const USAGE = `Usage: npm start -- [--duration SECONDS] [--json] [--metrics-port PORT]

  --duration SECONDS   end after so long (1 to 86400) with a summary, and exit 0 only if metrics,
                       logs and spans of both tunnels were exported
  --json               print the final snapshot as JSON on stdout: npm start --silent -- --json
  --metrics-port PORT  serve /metrics there on 127.0.0.1; 0 takes a free port (default 9464)

Where OTEL_EXPORTER_OTLP_ENDPOINT is set, it gets all telemetry too.`;

/**
 * Reads the command line; ends the process on --help (0) and on a wrong one (2).
 *
 * @param {string[]} args
 * @returns {{ duration: number | undefined, json: boolean, metricsPort: number | undefined }}
 */
export function readOptions(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        duration: { type: 'string' },
        json: { type: 'boolean', default: false },
        'metrics-port': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    return {
      duration: numberOf('--duration', values.duration, 1, 86_400),
      json: values.json,
      metricsPort: numberOf('--metrics-port', values['metrics-port'], 0, 65_535),
    };
  } catch (error) {
    process.stderr.write(`${/** @type {Error} */ (error).message}\n\n${USAGE}\n`);
    process.exit(2);
  }
}

/**
 * @param {string} name
 * @param {string | undefined} text
 * @param {number} min
 * @param {number} max
 */
function numberOf(name, text, min, max) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`${name}: expected a whole number from ${min} to ${max}, found ${JSON.stringify(text)}`);
}
