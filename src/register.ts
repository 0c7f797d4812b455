/**
 * `node --import opentelemetry-instrumentation-frp/register program.js`: registers with the environment alone (`OTEL_*`) and
 * exports what is left when the program has nothing more to do. It adds no signal handler.
 */
import { registerFrpInstrumentation } from './registerFrpInstrumentation.js';

const handle = registerFrpInstrumentation();
process.once('beforeExit', () => {
  void handle.shutdown();
});
