import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { pageOf } from '../../../src/cli/status/pageOf.js';
import { Screen } from '../../../src/cli/status/Screen.js';

/** As much of a terminal as is written to. */
class Terminal extends EventEmitter {
  readonly isTTY = true;
  columns = 80;
  rows = 5;
  written = '';
  write(text: string): boolean {
    this.written += text;
    return true;
  }
  take(): string {
    const { written } = this;
    this.written = '';
    return written;
  }
}

const asStdout = (terminal: Terminal) => terminal as unknown as NodeJS.WriteStream;

describe('Screen', () => {
  it('draws one page over the other and gives the cursor back', () => {
    const terminal = new Terminal();
    const screen = new Screen(asStdout(terminal), () => {});
    expect(terminal.take()).toBe('\x1b[?25l\x1b[2J');
    screen.draw(['one', 'two']);
    expect(terminal.take()).toBe('\x1b[Hone\x1b[K\ntwo\x1b[K\n\x1b[J');
    screen.close();
    expect(terminal.take()).toBe('\x1b[?25h');
  });

  it('does not scroll: it counts the lines that do not fit', () => {
    const terminal = new Terminal();
    const screen = new Screen(asStdout(terminal), () => {});
    terminal.take();
    screen.draw(['1', '2', '3', '4']);
    expect(terminal.take().split('\x1b[K\n')).toEqual(['\x1b[H1', '2', '3', '4', '\x1b[J']);
    screen.draw(['1', '2', '3', '4', '5', '6']);
    expect(terminal.take().split('\x1b[K\n')).toEqual(['\x1b[H1', '2', '3', '… 3 more lines', '\x1b[J']);
  });

  it('asks for the page anew when the terminal has another size, until it is closed', () => {
    const terminal = new Terminal();
    let asked = 0;
    const screen = new Screen(asStdout(terminal), () => {
      asked += 1;
    });
    terminal.emit('resize');
    expect(asked).toBe(1);
    screen.close();
    terminal.emit('resize');
    expect(asked).toBe(1);
  });
});

describe('pageOf', () => {
  const stderr = process.stderr;
  const paint = (stdout: NodeJS.WriteStream, env: Record<string, string>) =>
    pageOf({ stdout, stderr, env }).paint('red', 'down');

  it('has colours and a width in a terminal only', () => {
    const terminal = asStdout(new Terminal());
    const pipe = { isTTY: false } as unknown as NodeJS.WriteStream;
    expect(paint(terminal, {})).toBe('\x1b[31mdown\x1b[39m');
    expect(pageOf({ stdout: terminal, stderr, env: {} }).width).toBe(80);
    expect(paint(pipe, {})).toBe('down');
    expect(pageOf({ stdout: pipe, stderr, env: {} }).width).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('has no colours with %j', (env) => {
    expect(paint(asStdout(new Terminal()), env)).toBe('down');
  });

  it('has colours with an empty NO_COLOR, as no-color.org has it', () => {
    expect(paint(asStdout(new Terminal()), { NO_COLOR: '' })).not.toBe('down');
  });
});
