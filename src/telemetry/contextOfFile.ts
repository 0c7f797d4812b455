import { type Context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';

const OF_FILE = createContextKey('opentelemetry-instrumentation-frp record of a file');
/** Of nearly all of them: hardly a line is told in a span. */
const IN_NO_SPAN = ROOT_CONTEXT.setValue(OF_FILE, true);

/** The context of a record of a log file's line: what it holds is in the file, too. A limit of the SDK may cut any attribute. */
export const contextOfFile = (context: Context): Context =>
  context === ROOT_CONTEXT ? IN_NO_SPAN : context.setValue(OF_FILE, true);

/** Whether a record that is emitted in this context is of a log file. */
export const isContextOfFile = (context: Context): boolean => context.getValue(OF_FILE) === true;
