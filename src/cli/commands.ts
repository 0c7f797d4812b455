import type { Command } from './Command.js';
import { compatibility } from './compatibility.js';
import { completion } from './completion.js';
import { config } from './config.js';
import { doctor } from './doctor.js';
import { exec } from './exec.js';
import { grafana } from './grafana.js';
import { metrics } from './metrics.js';
import { observe } from './observe.js';
import { rules } from './rules.js';
import { sources } from './sources.js';
import { status } from './status.js';

/** What frp-otel can do, in the order of its help; the first one is what it does when it is told nothing. */
export const COMMANDS: readonly [Command, ...Command[]] = [
  observe,
  exec,
  status,
  doctor,
  config,
  rules,
  grafana,
  metrics,
  sources,
  compatibility,
  completion,
];
