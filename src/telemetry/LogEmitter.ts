import type { AnyValueMap, Logger } from '@opentelemetry/api-logs';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { millisToHrTime } from '@opentelemetry/core';
import { ATTR_CODE_FILE_PATH, ATTR_CODE_LINE_NUMBER } from '@opentelemetry/semantic-conventions';
import type { FrpLogLevel } from '../frp/log/parseLogLine.js';
import type { FrpEvent, FrpEventKind, FrpEventSubject } from '../model/FrpEvent.js';
import type { LogLineRead } from '../model/FrpSignal.js';
import { ATTR_FRP } from './catalogue/attributes.js';
import { attributesOf, subjectAttributes } from './eventAttributes.js';

const SEVERITY: Readonly<Record<FrpLogLevel, SeverityNumber>> = {
  T: SeverityNumber.TRACE,
  D: SeverityNumber.DEBUG,
  I: SeverityNumber.INFO,
  W: SeverityNumber.WARN,
  E: SeverityNumber.ERROR,
};

// Of events that no line of frp tells: all others are information.
const EVENT_SEVERITY: Partial<Record<FrpEventKind, SeverityNumber>> = {
  'server.stopped': SeverityNumber.WARN,
  'client.disconnected': SeverityNumber.WARN,
  'client.login.failed': SeverityNumber.ERROR,
  'proxy.disconnected': SeverityNumber.WARN,
};

/** Turns each line of frp's output into one log record, and each event into a record with its event name. */
export class LogEmitter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** The line's record bears the name of the last event that it tells; any others before it get records of their own. */
  line(signal: LogLineRead, subject: FrpEventSubject, events: readonly FrpEvent[]): void {
    const { time, observedTime, text, line } = signal;
    const head = { ...timesOf(time, observedTime), ...severityOf(line?.level) };
    const told = events.at(-1);
    for (const event of events.slice(0, -1)) {
      this.#logger.emit({ ...head, eventName: eventName(event), attributes: attributesOf(event) });
    }
    this.#logger.emit({
      ...head,
      ...(told && { eventName: eventName(told) }),
      body: line?.message ?? text,
      attributes: { ...lineAttributes(signal, subject), ...(told && attributesOf(told)) },
    });
  }

  /** An event that no line tells. */
  event(event: FrpEvent): void {
    this.#logger.emit({
      ...timesOf(event.time, event.time),
      severityNumber: EVENT_SEVERITY[event.kind] ?? SeverityNumber.INFO,
      eventName: eventName(event),
      attributes: attributesOf(event),
    });
  }
}

const eventName = (event: FrpEvent): string => `frp.${event.kind}`;

// Not as plain numbers: an SDK may take one from before this process's start for a time since that start.
const timesOf = (time: number, observedTime: number) => ({
  timestamp: millisToHrTime(time),
  observedTimestamp: millisToHrTime(observedTime),
});

const severityOf = (level: FrpLogLevel | undefined) =>
  level === undefined ? {} : { severityNumber: SEVERITY[level], severityText: level };

const lineAttributes = ({ line }: LogLineRead, subject: FrpEventSubject): AnyValueMap => {
  const attributes: AnyValueMap = { ...subjectAttributes(subject), 'log.iostream': 'stdout' };
  if (line === undefined) return attributes;
  const colon = line.caller.lastIndexOf(':');
  attributes[ATTR_CODE_FILE_PATH] = line.caller.slice(0, colon);
  attributes[ATTR_CODE_LINE_NUMBER] = Number(line.caller.slice(colon + 1));
  if (line.runId !== undefined) attributes[ATTR_FRP.runId] = line.runId;
  return attributes;
};
