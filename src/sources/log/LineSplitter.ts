import { StringDecoder } from 'node:string_decoder';

/** Lines are slices of what is decoded at once, and a slice that somebody keeps, such as a name, keeps all of that. */
const PIECE_LENGTH = 4_096;

/** Cuts a byte stream into lines. A line longer than the limit is cut there; what was cut off is counted, not kept. */
export class LineSplitter {
  readonly #maxLength: number;
  readonly #onLine: (text: string) => void;
  readonly #onCut: (droppedChars: number) => void;
  readonly #decoder = new StringDecoder('utf8');
  #pending = '';
  #cut = 0;

  /** @param maxLength UTF-16 code units per line */
  constructor(options: {
    maxLength: number;
    onLine: (text: string) => void;
    onCut: (droppedChars: number) => void;
  }) {
    this.#maxLength = options.maxLength;
    this.#onLine = options.onLine;
    this.#onCut = options.onCut;
  }

  /** Takes the next bytes; a character may be split between two calls. */
  write(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; from += PIECE_LENGTH) {
      this.#split(this.#decoder.write(chunk.subarray(from, from + PIECE_LENGTH) as Buffer));
    }
  }

  /** The stream is over: what is pending is a line. */
  end(): void {
    this.#split(this.#decoder.end());
    if (this.#pending !== '') this.#finishLine();
  }

  #split(text: string): void {
    let start = 0;
    for (let newline = text.indexOf('\n'); newline !== -1; newline = text.indexOf('\n', start)) {
      this.#append(text, start, newline);
      this.#finishLine();
      start = newline + 1;
    }
    this.#append(text, start, text.length);
  }

  #append(text: string, from: number, to: number): void {
    const room = Math.max(0, this.#maxLength - this.#pending.length);
    this.#pending += text.slice(from, Math.min(to, from + room));
    this.#cut += Math.max(0, to - from - room);
  }

  #finishLine(): void {
    const line = this.#pending;
    const cut = this.#cut;
    this.#pending = '';
    this.#cut = 0;
    if (cut > 0) this.#onCut(cut);
    this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
}
