import type { Readable } from 'node:stream';
import { LineSplitter } from '../log/LineSplitter.js';
import type { Source } from '../Source.js';
import { tapStdout } from './tapStdout.js';

const MAX_LINE_LENGTH = 16_384;
/** Lines kept while it is not known yet which process below a shell wrote them. */
const MAX_EARLY_LINES = 1_000;

/** Who takes the lines of an output, and the counts of what was left out of it. */
export interface LineReader {
  readonly log: (text: string) => void;
  readonly logCut: (droppedChars: number) => void;
  readonly linesDropped: (count: number) => void;
}

/** The lines that a child prints, held back (so many at the most) until it is known whose they are. */
export class ChildOutput {
  readonly #stdout: Readable | null;
  readonly #tap: Source | undefined;
  #reader: LineReader | undefined;
  #early: string[] = [];
  #earlyDropped = 0;
  #earlyCut = 0;
  #isOver: boolean;

  /**
   * @param stdout null where the program gave the child something else than a pipe
   * @param guard wraps what runs on the program's stack
   * @param onOver called when everything was read that will ever come
   */
  constructor(
    stdout: Readable | null,
    guard: (onChunk: (chunk: Uint8Array | null) => void) => (chunk: Uint8Array | null) => void,
    onOver: () => void,
  ) {
    const lines = new LineSplitter({
      maxLength: MAX_LINE_LENGTH,
      onLine: (text) => this.#takeLine(text),
      onCut: (dropped) => this.#takeCut(dropped),
    });
    const onChunk = (chunk: Uint8Array | null): void => {
      if (chunk !== null) lines.write(chunk);
      else {
        lines.end();
        this.#isOver = true;
        onOver();
      }
    };
    this.#stdout = stdout;
    this.#isOver = stdout === null;
    this.#tap = stdout === null ? undefined : tapStdout(stdout, guard(onChunk));
  }

  /** Whether it can be read at all. */
  get isReadable(): boolean {
    return this.#tap !== undefined;
  }

  /** Whether more may be printed: a pipe that nobody reads, or too slowly, fills and blocks who writes to it. */
  get hasRoom(): boolean {
    const stdout = this.#stdout;
    if (stdout === null || stdout.readableEnded) return true;
    return stdout.readableFlowing !== null && stdout.readableLength < stdout.readableHighWaterMark / 2;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Gives what was held back, and from now on each line as it comes. */
  giveTo(reader: LineReader): void {
    this.#reader = reader;
    for (const text of this.#early) reader.log(text);
    if (this.#earlyCut > 0) reader.logCut(this.#earlyCut);
    if (this.#earlyDropped > 0) reader.linesDropped(this.#earlyDropped);
    this.#early = [];
  }

  stop(): void {
    this.#tap?.stop();
  }

  #takeLine(text: string): void {
    if (this.#reader !== undefined) this.#reader.log(text);
    else if (this.#early.length < MAX_EARLY_LINES) this.#early.push(text);
    else this.#earlyDropped += 1;
  }

  #takeCut(dropped: number): void {
    if (this.#reader !== undefined) this.#reader.logCut(dropped);
    else this.#earlyCut += dropped;
  }
}
