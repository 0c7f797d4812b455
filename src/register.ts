/**
 * `node --import opentelemetry-instrumentation-frp/register program.js`: registers with the environment alone (`OTEL_*` and
 * `FRP_OTEL_*`) and exports what is left when the program has nothing more to do. It adds no signal handler. What goes wrong
 * is said on stderr; a variable that makes no sense leaves the program without telemetry of frp, and does not end it.
 */
import { FrpOptionsError } from './config/FrpInstrumentationOptions.js';
import { registerFrpInstrumentation } from './registerFrpInstrumentation.js';
import { diagToStderr } from './telemetry/diagToStderr.js';
import { SCOPE } from './telemetry/scope.js';

diagToStderr(process.env);
try {
  const handle = registerFrpInstrumentation();
  process.once('beforeExit', () => {
    void handle.shutdown();
  });
} catch (error) {
  if (!(error instanceof FrpOptionsError)) throw error;
  process.stderr.write(`${SCOPE.name}: ${error.message}; nothing is observed\n`);
}
