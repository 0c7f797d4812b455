/** One value that an attribute can have. */
export interface AttributeValue {
  readonly value: string;
  readonly brief: string;
}

/** One attribute of metrics, log records or spans, once. */
export interface AttributeRow {
  readonly name: string;
  /** `semconv`: it means what the semantic conventions say. `collector`: the name is that of the Collector's file_log receiver. */
  readonly definedBy: 'frp' | 'semconv' | 'collector';
  readonly type: 'string' | 'int' | 'double' | 'boolean';
  /** What it is, or for a name of others what is in it here. */
  readonly brief: string;
  readonly examples: readonly (string | number | boolean)[];
  /** All values that there are; undefined where there are others. */
  readonly values?: readonly AttributeValue[];
  /** Only where the user asks for it. */
  readonly isOptIn?: true;
}

/** Makes rows of what each value means; the compiler holds that none is forgotten. */
export const allValues = <Value extends string>(briefs: Readonly<Record<Value, string>>): readonly AttributeValue[] =>
  Object.entries<string>(briefs).map(([value, brief]) => ({ value, brief }));
