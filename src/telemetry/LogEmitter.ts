import { type Context, type HrTime, ROOT_CONTEXT } from '@opentelemetry/api';
import type { AnyValueMap, Logger, LogRecord } from '@opentelemetry/api-logs';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { millisToHrTime } from '@opentelemetry/core';
import { ATTR_CODE_FILE_PATH, ATTR_CODE_LINE_NUMBER } from '@opentelemetry/semantic-conventions';
import type { FrpLogLevel, FrpLogLine } from '../frp/log/parseLogLine.js';
import type { FrpEvent, FrpEventSubject } from '../model/FrpEvent.js';
import type { LogLineRead, LogPlace } from '../model/FrpSignal.js';
import { ALERT_SEVERITY, RESOLVED_SEVERITY } from './catalogue/alertEvents.js';
import { ATTR_FRP } from './catalogue/attributes.js';
import { eventName, eventTable } from './catalogue/events.js';
import { contextOfFile } from './contextOfFile.js';
import { recordAttributesOf, subjectAttributes } from './eventAttributes.js';
import { FaultsOfProgram } from './FaultsOfProgram.js';
import { alertAttributesOf, type TelledAlert } from './TelledAlert.js';

const SEVERITY: Readonly<Record<FrpLogLevel, SeverityNumber>> = {
  T: SeverityNumber.TRACE,
  D: SeverityNumber.DEBUG,
  I: SeverityNumber.INFO,
  W: SeverityNumber.WARN,
  E: SeverityNumber.ERROR,
};

/** What a line's records have in common; undefined is left out by the SDK. */
interface RecordHead {
  readonly timestamp: HrTime;
  readonly observedTimestamp: HrTime;
  readonly severityNumber: SeverityNumber | undefined;
  readonly severityText: string | undefined;
}

/**
 * Turns each line of frp's output into one log record, and each event into a record with its event name. What the program's
 * logger throws goes no further.
 */
export class LogEmitter {
  readonly #logger: Logger;
  readonly #faults = new FaultsOfProgram('a log record processor of the program failed');

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * The line's record bears the name of the last event that it tells; any others before it get records of their own.
   *
   * @param toldIn context of the span that it is told in. Without one it is in none, whatever the program is at: a child's
   * output is read in the context of its spawn, for days.
   */
  line(signal: LogLineRead, subject: FrpEventSubject, events: readonly FrpEvent[], toldIn = ROOT_CONTEXT): void {
    const { time, observedTime, text, line, stream, place } = signal;
    const context = place === undefined ? toldIn : contextOfFile(toldIn);
    const severityNumber = line && SEVERITY[line.level];
    const recorded = events.length === 0 ? events : events.filter(isRecorded);
    const told = recorded.at(-1);
    const name = told && eventName(told.kind);
    const isOn = this.#isOn(context, severityNumber, name);
    if (!isOn && recorded.length < 2) return;
    const timestamp = millisToHrTime(time);
    const head: RecordHead = {
      timestamp,
      observedTimestamp: observedTime === time ? timestamp : millisToHrTime(observedTime),
      severityNumber,
      severityText: line?.level,
    };
    for (const event of recorded.slice(0, -1)) {
      if (!this.#isOn(context, severityNumber, eventName(event.kind))) continue;
      const attributes =
        place === undefined ? recordAttributesOf(event) : { ...recordAttributesOf(event), ...placeAttributes(place) };
      this.#emit({ ...head, eventName: eventName(event.kind), attributes, context } as LogRecord);
    }
    if (!isOn) return;
    const attributes = lineAttributes(line, subject);
    if (stream !== undefined) attributes['log.iostream'] = stream;
    if (place !== undefined) Object.assign(attributes, placeAttributes(place));
    if (told !== undefined) Object.assign(attributes, recordAttributesOf(told));
    // Each record by one literal, and all of one shape: this is done for every line of every frp.
    const { observedTimestamp, severityText } = head;
    this.#emit({
      timestamp,
      observedTimestamp,
      severityNumber,
      severityText,
      eventName: name,
      body: boundedBody(line?.message ?? text),
      attributes,
      context,
    } as LogRecord);
  }

  /** An event that no line tells. */
  event(event: FrpEvent, context = ROOT_CONTEXT): void {
    if (!isRecorded(event)) return;
    const severityNumber = eventTable[event.kind].severity;
    if (!this.#isOn(context, severityNumber, eventName(event.kind))) return;
    this.#emit({
      ...timesOf(event.time, event.time),
      severityNumber,
      eventName: eventName(event.kind),
      attributes: recordAttributesOf(event),
      context,
    } as LogRecord);
  }

  /** What has become of an alert. */
  alert(alert: TelledAlert): void {
    const { kind, severity, time, summary } = alert;
    const severityNumber = kind === 'alert.resolved' ? RESOLVED_SEVERITY : ALERT_SEVERITY[severity];
    const name = eventName(kind);
    if (!this.#isOn(ROOT_CONTEXT, severityNumber, name)) return;
    this.#emit({
      ...timesOf(time, time),
      severityNumber,
      eventName: name,
      body: boundedBody(summary),
      attributes: alertAttributesOf(alert),
      context: ROOT_CONTEXT,
    } as LogRecord);
  }

  #emit(record: LogRecord): void {
    try {
      this.#logger.emit(record);
    } catch (error) {
      this.#faults.say(error); // the next one may go through
    }
  }

  /** Nothing is built for a logger that takes nothing; one of an older API cannot be asked. */
  #isOn(context: Context, severityNumber: SeverityNumber | undefined, name: string | undefined): boolean {
    const asked = { context, severityNumber, eventName: name } as Parameters<Logger['enabled']>[0];
    try {
      return this.#logger.enabled?.(asked) ?? true;
    } catch (error) {
      this.#faults.say(error);
      return true;
    }
  }
}

/** A source cuts a line at as many; what a program records itself may be longer. Characters. */
const MAX_BODY_LENGTH = 16_384;

const boundedBody = (text: string): string =>
  text.length <= MAX_BODY_LENGTH ? text : `${text.slice(0, MAX_BODY_LENGTH - 1)}…`;

/** A connection is a span: a record of each would say it twice. */
const isRecorded = ({ kind }: FrpEvent): boolean => eventTable[kind].isSpanOnly !== true;

// Not as plain numbers: an SDK may take one from before this process's start for a time since that start.
const timesOf = (time: number, observedTime: number) => ({
  timestamp: millisToHrTime(time),
  observedTimestamp: millisToHrTime(observedTime),
});

/** Together with the file's name they tell a record that comes again: its offset is the same. */
const placeAttributes = ({ path, offset }: LogPlace): AnyValueMap => ({
  'log.file.path': path,
  'log.file.name': path.slice(path.lastIndexOf('/') + 1),
  'log.file.record_offset': offset, // as the Collector's file_log receiver names it
});

const lineAttributes = (line: FrpLogLine | undefined, subject: FrpEventSubject): AnyValueMap => {
  const attributes = subjectAttributes(subject) as AnyValueMap; // api 1.10 types the values of Attributes as unknown
  if (line === undefined) return attributes;
  const { path, lineNumber } = callerOf(line.caller);
  attributes[ATTR_CODE_FILE_PATH] = path;
  attributes[ATTR_CODE_LINE_NUMBER] = lineNumber;
  if (line.runId !== undefined) attributes[ATTR_FRP.runId] = line.runId;
  return attributes;
};

interface Caller {
  readonly path: string;
  readonly lineNumber: number;
}

/** frp has some hundreds of places that log; a line only looks like one of them could name any. */
const MAX_CALLERS = 1_000;
const callers = new Map<string, Caller>();

const callerOf = (caller: string): Caller => {
  const known = callers.get(caller);
  if (known !== undefined) return known;
  const colon = caller.lastIndexOf(':');
  const read = { path: caller.slice(0, colon), lineNumber: Number(caller.slice(colon + 1)) };
  if (callers.size < MAX_CALLERS) callers.set(caller, read);
  return read;
};
