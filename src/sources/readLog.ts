import type { FrpRole } from '../frp/FrpRole.js';
import { parseLogLine, stripColours } from '../frp/parseLogLine.js';
import { readLogMeaning } from '../frp/readLogMeaning.js';
import type { LogLineRead, TargetId } from '../model/FrpSignal.js';
import type { OwnRequests } from './OwnRequests.js';

/** Messages longer than this are records, but nothing is looked for in them. */
const MAX_MEANINGFUL_LENGTH = 8_192;

/**
 * Makes a signal of one line of frp's output.
 *
 * @returns undefined for an empty line and for frps's report of a request of ours
 */
export const readLog = (
  text: string,
  { role, target, ownRequests, now }: { role: FrpRole; target: TargetId; ownRequests: OwnRequests; now: number },
): LogLineRead | undefined => {
  const plain = stripColours(text);
  if (plain === '') return undefined;
  const line = parseLogLine(plain);
  const readable = line !== undefined && line.message.length <= MAX_MEANINGFUL_LENGTH;
  const meaning = readable ? readLogMeaning(role, line.message) : undefined;
  const aboutApi = meaning?.kind === 'api.request' || meaning?.kind === 'api.response';
  if (aboutApi && ownRequests.claim(meaning.kind, meaning.path, now)) return undefined;
  return { kind: 'log.line', time: line?.time ?? now, target, text: plain, line, meaning, observedTime: now };
};
