import type { FrpErrorType } from '../errorType.js';
import type { FrpLogMeaning } from './FrpLogMeaning.js';
import type { FrpLogLevel } from './parseLogLine.js';

/** One line that frp writes, and what it means. */
export interface LogRow {
  readonly kind: FrpLogMeaning['kind'];
  /** As frp logs it; nothing is decided by it. Lines that frp prints outside its log have none. */
  readonly level?: FrpLogLevel;
  /**
   * frp's format in its newest spelling; case is ignored, since 0.62.1 lower-cased many. `{name}` is a field of the meaning,
   * `{}` is text that is not kept, `{*}` such text of a stranger, which may hold the words that follow it. A leading
   * `[{proxy}] ` or `[{}] ` is the logger's prefix (pkg/util/xlog/xlog.go).
   */
  readonly text: string;
  /** First and last version that was seen to have the text; without one it is in the oldest (0.52.3), the newest (0.71.0). */
  readonly since?: string;
  readonly until?: string;
  /** The event that it can lead to, for the docs. */
  readonly event?: string;
  /** Of a failure whose own words have no class, or are not in the text. */
  readonly errorType?: FrpErrorType;
}

/** Every `{field}` of a text. */
type FieldsOf<Text extends string> = Text extends `${string}{${infer Field}}${infer Rest}`
  ? Field | FieldsOf<Rest>
  : never;

/** What a text must have, and may have: a failure without `{error}` is told in its own words. */
type NeededBy<Meaning> = Exclude<keyof Meaning & string, 'kind' | 'error' | 'errorType'>;
type KnownTo<Meaning> = Exclude<keyof Meaning & string, 'kind' | 'errorType'> | '' | '*';

type Checked<Meaning extends FrpLogMeaning, Row> = Row extends {
  readonly kind: infer Kind extends Meaning['kind'];
  readonly text: infer Text extends string;
}
  ? [NeededBy<Extract<Meaning, { kind: Kind }>>] extends [FieldsOf<Text>]
    ? [FieldsOf<Text>] extends [KnownTo<Extract<Meaning, { kind: Kind }>>]
      ? Row
      : never
    : never
  : never;

/** A table of rows; the compiler holds the fields of each text against those of its meaning. */
export const tableOf =
  <Meaning extends FrpLogMeaning>() =>
  <const Rows extends readonly LogRow[]>(
    rows: Rows & { readonly [Index in keyof Rows]: Checked<Meaning, Rows[Index]> },
  ): readonly LogRow[] =>
    rows;
