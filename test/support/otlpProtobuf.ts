import protobuf from 'protobufjs';

/**
 * The parts of the OTLP messages that the sink reads, field numbers after the OTLP 1.x specification. Fields have their
 * JSON names, so that both encodings give the same object; enums are int32, which is the same on the wire. Fields that
 * aren't named here are skipped.
 */
const { root } = protobuf.parse(
  `
  syntax = "proto3";

  message Metrics { repeated ResourceMetrics resourceMetrics = 1; }
  message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scopeMetrics = 2; }
  message ScopeMetrics { Scope scope = 1; repeated Metric metrics = 2; }
  message Metric {
    string name = 1;
    string description = 2;
    string unit = 3;
    oneof data { Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; }
  }
  message Gauge { repeated NumberPoint dataPoints = 1; }
  message Sum { repeated NumberPoint dataPoints = 1; int32 aggregationTemporality = 2; bool isMonotonic = 3; }
  message Histogram { repeated HistogramPoint dataPoints = 1; int32 aggregationTemporality = 2; }
  message NumberPoint {
    repeated KeyValue attributes = 7;
    fixed64 startTimeUnixNano = 2;
    fixed64 timeUnixNano = 3;
    oneof value { double asDouble = 4; sfixed64 asInt = 6; }
  }
  message HistogramPoint {
    repeated KeyValue attributes = 9;
    fixed64 startTimeUnixNano = 2;
    fixed64 timeUnixNano = 3;
    fixed64 count = 4;
    optional double sum = 5;
    repeated fixed64 bucketCounts = 6;
    repeated double explicitBounds = 7;
    optional double min = 11;
    optional double max = 12;
  }

  message Logs { repeated ResourceLogs resourceLogs = 1; }
  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scopeLogs = 2; }
  message ScopeLogs { Scope scope = 1; repeated LogRecord logRecords = 2; }
  message LogRecord {
    fixed64 timeUnixNano = 1;
    fixed64 observedTimeUnixNano = 11;
    int32 severityNumber = 2;
    string severityText = 3;
    AnyValue body = 5;
    repeated KeyValue attributes = 6;
    bytes traceId = 9;
    bytes spanId = 10;
    string eventName = 12;
  }

  message Traces { repeated ResourceSpans resourceSpans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scopeSpans = 2; }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
  message Span {
    bytes traceId = 1;
    bytes spanId = 2;
    bytes parentSpanId = 4;
    string name = 5;
    int32 kind = 6;
    fixed64 startTimeUnixNano = 7;
    fixed64 endTimeUnixNano = 8;
    repeated KeyValue attributes = 9;
    repeated Event events = 11;
    repeated Link links = 13;
    Status status = 15;
  }
  message Event { fixed64 timeUnixNano = 1; string name = 2; repeated KeyValue attributes = 3; }
  message Link { bytes traceId = 1; bytes spanId = 2; repeated KeyValue attributes = 4; }
  message Status { string message = 2; int32 code = 3; }

  message Resource { repeated KeyValue attributes = 1; }
  message Scope { string name = 1; string version = 2; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue {
    oneof value {
      string stringValue = 1;
      bool boolValue = 2;
      int64 intValue = 3;
      double doubleValue = 4;
      ArrayValue arrayValue = 5;
      KeyValueList kvlistValue = 6;
      bytes bytesValue = 7;
    }
  }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }
  `,
  { keepCase: true },
);

/**
 * Decodes an export request. Only fields that were on the wire are set; 64-bit integers are bigints, bytes are Buffers.
 * @throws Error if the bytes aren't such a message.
 */
export function otlpProtobuf(message: 'Metrics' | 'Logs' | 'Traces', body: Buffer): unknown {
  const type = root.lookupType(message);
  try {
    return type.toObject(type.decode(body), { longs: BigInt });
  } catch (error) {
    const start = body.subarray(0, 32).toString('hex');
    throw new Error(`expected ${message} as protobuf, received ${body.length} bytes from ${start} on`, {
      cause: error,
    });
  }
}
