import type { SourceReport } from '../Source.js';

/** Reports how a source is when that changes, beginning with what is not `ok`. */
export const reportChanges = (report: (report: SourceReport) => void): ((found: SourceReport) => void) => {
  let said = 'ok';
  return (found) => {
    if (said === found.join()) return;
    said = found.join();
    report(found);
  };
};
