import type { EffectiveRule } from '../../alerts/AlertRule.js';
import { renderCollector } from '../../alerts/render/collector.js';
import type { Io } from '../Command.js';
import { runProgram } from './runProgram.js';
import { writeRendered } from './writeRendered.js';

/** The least that a Collector needs around the rules. */
const AROUND = `receivers:
  otlp:
    protocols:
      http:
        endpoint: 127.0.0.1:0
exporters:
  debug: {}
service:
  pipelines:
    metrics:
      receivers: [otlp]
      exporters: [forward/frp_rules]
    metrics/frp_breach:
      receivers: [forward/frp_breach]
      exporters: [debug]
`;

const OFFICIAL = ['otelcol-contrib', 'otelcol'];

/**
 * Has a Collector read the rules, without starting.
 *
 * @param folder a temporary one
 * @returns the exit code
 */
export const validateCollector = async (
  rules: readonly EffectiveRule[],
  folder: string,
  { env, stdout, stderr }: Io,
): Promise<number> => {
  const files = [{ path: 'around.yaml', text: AROUND }, renderCollector(rules)].map((file) =>
    writeRendered(folder, file),
  );
  const candidates = env.OTELCOL_BIN ? [env.OTELCOL_BIN] : OFFICIAL;
  for (const program of candidates) {
    const { code, output } = await runProgram(
      program,
      ['validate', ...files.flatMap((file) => ['--config', file])],
      env,
    );
    if (code === undefined) continue;
    if (code === 0) stdout.write(`passed      ${program} validate\n`);
    else stdout.write(`failed      ${program} validate\n${output.replace(/^/gm, '    ')}\n`);
    return code === 0 ? 0 : 1;
  }
  stderr.write(
    env.OTELCOL_BIN
      ? 'OTELCOL_BIN: there is no such program\n'
      : 'otelcol-contrib is missing: install it from the releases of the OpenTelemetry Collector, or name a Collector with OTELCOL_BIN\n',
  );
  return 1;
};
