import type { ExportFault } from '../telemetry/exportFault.js';

const FATES = {
  metrics: 'metrics could not be exported, and are sent again with the next ones',
  traces: 'spans could not be exported, and are lost',
} as const;

/** What the SDK says of an export that failed, in one wording for all: what, what becomes of it, where, why. */
export const exportFaultText = ({ signal, url, reason }: ExportFault): string =>
  `${FATES[signal]}: ${url === undefined ? reason : `${url}: ${reason}`}`;
