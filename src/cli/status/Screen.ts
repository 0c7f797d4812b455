import type { Io } from '../Command.js';

const ESC = '\x1b[';
const HIDE_CURSOR = `${ESC}?25l`;
const SHOW_CURSOR = `${ESC}?25h`;
const CLEAR = `${ESC}2J`;
const HOME = `${ESC}H`;
const CLEAR_TO_LINE_END = `${ESC}K`;
const CLEAR_BELOW = `${ESC}J`;

/** Where a terminal says that it has 0, or nothing. */
const USUAL_ROWS = 24;

/** A terminal in which one page is drawn over the other, without a flicker. */
export class Screen {
  readonly #stdout: Io['stdout'] & { readonly rows?: number };
  readonly #onResize: () => void;

  /** @param onResize draws the page anew */
  constructor(stdout: Io['stdout'], onResize: () => void) {
    this.#stdout = stdout;
    this.#onResize = onResize;
    stdout.write(HIDE_CURSOR + CLEAR);
    stdout.on('resize', onResize);
  }

  /** What does not fit is counted in the last line. */
  draw(lines: readonly string[]): void {
    const room = (this.#stdout.rows || USUAL_ROWS) - 1;
    const hidden = lines.length - room;
    const shown = hidden <= 0 ? lines : [...lines.slice(0, room - 1), `… ${hidden + 1} more lines`];
    this.#stdout.write(HOME + shown.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join('') + CLEAR_BELOW);
  }

  close(): void {
    this.#stdout.off('resize', this.#onResize);
    this.#stdout.write(SHOW_CURSOR);
  }
}
