import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder, writeScript } from '../../tools/fakePrograms.js';
import { findFirst } from '../findFirst.js';

/** An `ss` that is found first, and says what a test wants. */
export class FakeSs implements Disposable {
  readonly #folder = temporaryFolder();
  readonly #first: Disposable;
  readonly #events: number;

  constructor() {
    const folder = this.#folder.path;
    const fifo = path.join(folder, 'events');
    execFileSync('mkfifo', [fifo]);
    this.#events = openSync(fifo, 'r+');
    this.lists();
    this.#first = findFirst(folder);
  }

  /** What each run that lists sockets does from now on: lines of a shell script. */
  does(script: string): void {
    const folder = this.#folder.path;
    writeScript(
      folder,
      'ss',
      `echo "$@" >> '${folder}/calls'
case "$1" in
  *E) while read -r line; do
        case "$line" in
          LOSS) echo 'netlink receive error No buffer space available (105)' >&2; exit 255 ;;
          EXIT) echo 'netlink receive error Bad file descriptor (9)' >&2; exit 1 ;;
          *) echo "$line" ;;
        esac
      done < '${folder}/events' ;;
  *) ${script || ':'} ;;
esac`,
    );
  }

  lists(...lines: string[]): void {
    writeFileSync(path.join(this.#folder.path, 'open'), lines.map((line) => `${line}\n`).join(''));
    this.does(`cat '${this.#folder.path}/open'`);
  }

  /** A socket is destroyed; `LOSS` and `EXIT` are what else can become of the stream. */
  tells(line: string): void {
    writeSync(this.#events, `${line}\n`);
  }

  /** The options and filter of each run so far. */
  get calls(): string[] {
    try {
      return readFileSync(path.join(this.#folder.path, 'calls'), 'utf8').trimEnd().split('\n');
    } catch {
      return [];
    }
  }

  [Symbol.dispose](): void {
    this.#first[Symbol.dispose]();
    closeSync(this.#events);
    this.#folder[Symbol.dispose]();
  }
}
