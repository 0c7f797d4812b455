import type { OptionPath } from './Fault.js';

/** What a config file says, and the line where it says it. */
export interface ParsedFile {
  readonly value: unknown;
  /** Counted from 1; undefined where that is not known. */
  readonly lineOf: (path: OptionPath) => number | undefined;
}

/** A text is not what its ending says. Its message never quotes the text, which may hold secrets. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
  readonly line: number | undefined;

  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}
