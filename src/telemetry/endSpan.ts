import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import type { FrpFailure } from '../model/FrpEvent.js';
import { bounded } from './eventAttributes.js';

/** Ends a span, with what it failed by; never before its start, though the clock may have been set back in between. */
export const endSpan = (span: Span, startTime: number, time: number, failure?: FrpFailure): void => {
  const endTime = millisToHrTime(Math.max(startTime, time));
  if (failure !== undefined && span.isRecording()) {
    const message = bounded(failure.message);
    span.setAttribute(ATTR_ERROR_TYPE, failure.type);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    span.recordException({ name: failure.type, message }, endTime);
  }
  span.end(endTime);
};
