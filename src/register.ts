/**
 * `node --import opentelemetry-instrumentation-frp/register program.js`: registers with the environment alone (`OTEL_*` and
 * `FRP_OTEL_*`) and exports what is left when the program has nothing more to do. It adds no signal handler. What goes wrong
 * is said on stderr; a variable that makes no sense, or a fault of ours, leaves the program without telemetry of frp, and does
 * not end it.
 */
import { registerFrpInstrumentation } from './registerFrpInstrumentation.js';
import { diagToStderr } from './telemetry/diagToStderr.js';
import { SCOPE } from './telemetry/scope.js';

try {
  diagToStderr(process.env);
  const handle = registerFrpInstrumentation();
  process.once('beforeExit', () => {
    void handle.shutdown();
  });
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${SCOPE.name}: ${why}; nothing is observed\n`);
}
