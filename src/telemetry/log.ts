import { diag } from '@opentelemetry/api';
import { SCOPE } from './scope.js';

/** Where this package speaks of itself; the program decides with `diag.setLogger` whether anybody hears it. */
export const log = diag.createComponentLogger({ namespace: SCOPE.name });
