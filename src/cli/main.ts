#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { SCOPE } from '../telemetry/scope.js';
import { renderCompatibility } from './renderCompatibility.js';
import { renderMetrics } from './renderMetrics.js';

const USAGE = `frp-otel ${SCOPE.version}: OpenTelemetry for frp

Usage: frp-otel metrics [--json | --markdown]   list every metric with its kind, unit and attributes
       frp-otel compatibility                   what can be known of each version of frp, as Markdown
       frp-otel --version
       frp-otel --help`;

const run = (args: string[]): void => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      version: { type: 'boolean', short: 'v', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help) console.log(USAGE);
  else if (values.version) console.log(SCOPE.version);
  else if (command === 'metrics' && rest.length === 0) console.log(renderMetrics(formatOf(values)));
  else if (command === 'compatibility' && rest.length === 0) console.log(renderCompatibility());
  else
    throw new Error(
      `expected a command, found ${command === undefined ? 'none' : JSON.stringify(positionals.join(' '))}`,
    );
};

const formatOf = ({ json, markdown }: { json: boolean; markdown: boolean }): 'json' | 'markdown' | 'text' => {
  if (json && markdown) throw new Error('expected one of --json and --markdown, found both');
  if (json) return 'json';
  return markdown ? 'markdown' : 'text';
};

try {
  run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`frp-otel: ${(error as Error).message}\n\n${USAGE}\n`);
  process.exitCode = 2;
}
