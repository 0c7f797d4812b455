import { type ChildProcess, execFile, type StdioPipe, spawn } from 'node:child_process';
import { PassThrough, type Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tapStdout } from '../../../src/sources/children/tapStdout.js';
import { until } from '../../tools/fakePrograms.js';
import { Children, exitOf } from '../fakeFrp.js';

const HELLO = ['-c', 'printf "隧道\\n"; printf "two\\n"'] as const;
const MANY = 1_000_000; // more than the pipe and the stream take in together
const WRITE_MANY = ['-e', `process.stdout.write('x'.repeat(${MANY}))`] as const;
const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];

/** Everything of a stream that a program could see, without reading it. */
const lookOf = (stream: Readable) => ({
  listeners: Object.fromEntries(stream.eventNames().map((name) => [String(name), stream.listenerCount(name)])),
  flowing: stream.readableFlowing,
  paused: stream.isPaused(),
  keys: Object.keys(stream),
  json: Object.entries(stream).map(([key, value]) => `${key}: ${typeof value}`),
  push: stream.push.length,
});

/**
 * Names of the events, those that come several times in a row once. Without `readable`: how often it comes is up to what the
 * kernel tells first, the end of the stream or of the process.
 */
const eventsOf = (emitter: NodeJS.EventEmitter): string[] => {
  const names: string[] = [];
  const { emit } = emitter;
  const noting = (name: string | symbol, ...args: unknown[]): boolean => {
    if (name !== 'readable' && names.at(-1) !== String(name)) names.push(String(name));
    return emit.call(emitter, name, ...args);
  };
  Object.defineProperty(emitter, 'emit', { value: noting, enumerable: false });
  return names;
};

const tap = (stdout: Readable) => {
  const chunks: Uint8Array[] = [];
  let ends = 0;
  const source = tapStdout(stdout, (chunk) => {
    if (chunk === null) ends += 1;
    else chunks.push(chunk);
  });
  return { stop: source.stop, text: () => Buffer.concat(chunks).toString(), ends: () => ends };
};

let children: Children;
beforeEach(() => {
  children = new Children();
});
afterEach(() => children[Symbol.asyncDispose]());

/** Runs what a program does with a child: by itself, and with the tap. */
const withAndWithoutTap = async (
  start: () => ChildProcess & { stdout: Readable },
  use: (child: ChildProcess & { stdout: Readable }) => Promise<unknown>,
) => {
  const run = async (withTap: boolean) => {
    const child = children.add(start());
    const events = eventsOf(child.stdout);
    const tapped = withTap ? tap(child.stdout) : undefined;
    const before = lookOf(child.stdout);
    const result = await use(child);
    return { seen: { before, result, after: lookOf(child.stdout), events: [...events] }, tapped };
  };
  const [alone, observed] = await Promise.all([run(false), run(true)]);
  return {
    alone: alone.seen,
    observed: observed.seen,
    tapped: observed.tapped?.text(),
    ends: observed.tapped?.ends(),
  };
};

const closed = (child: ChildProcess): Promise<[code: number | null, signal: string | null]> =>
  new Promise((resolve) => void child.once('close', (code, signal) => resolve([code, signal])));

const full = ({ stdout }: { stdout: Readable }): Promise<void> =>
  until('the stream took in all that it may', () => stdout.readableLength >= stdout.readableHighWaterMark);

describe('tapStdout leaves a program with what it sees by itself', () => {
  it('where nobody reads: it takes in no more, and flows no more than it would', async () => {
    const { alone, observed, tapped } = await withAndWithoutTap(
      () => spawn('node', WRITE_MANY, { stdio: STDIO }),
      async (child) => {
        await full(child);
        return { length: child.stdout.readableLength, exitCode: child.exitCode };
      },
    );
    expect(observed).toEqual(alone);
    expect(observed.after.flowing).toBe(null);
    expect(tapped).toBe('x'.repeat((observed.result as { length: number }).length));
  });

  it('where nobody reads and the child ends', async () => {
    const { alone, observed, tapped, ends } = await withAndWithoutTap(
      () => spawn('sh', HELLO, { stdio: STDIO }),
      closed,
    );
    expect(observed).toEqual(alone);
    expect(observed.result).toEqual([0, null]);
    expect([tapped, ends]).toEqual(['隧道\ntwo\n', 1]);
  });

  it('where it reads late', async () => {
    const { alone, observed, tapped, ends } = await withAndWithoutTap(
      () => spawn('node', WRITE_MANY, { stdio: STDIO }),
      async (child) => {
        await full(child);
        let text = '';
        child.stdout.on('data', (chunk) => {
          text += chunk;
        });
        await closed(child);
        return text;
      },
    );
    expect(observed).toEqual(alone);
    expect(observed.result).toBe('x'.repeat(MANY));
    expect([tapped, ends]).toEqual(['x'.repeat(MANY), 1]);
  });

  it('where it reads as it comes: the same chunks, as bytes', async () => {
    // The child waits to be asked, so that there is one chunk to an answer.
    const { alone, observed, tapped } = await withAndWithoutTap(
      () => spawn('sh', ['-c', 'while read -r line; do echo "got $line"; done'], { stdio: STDIO }),
      async (child) => {
        const chunks: unknown[] = [];
        child.stdout.on('data', (chunk) => void chunks.push([Buffer.isBuffer(chunk), String(chunk)]));
        for (const word of ['a', 'b', 'c']) {
          const before = chunks.length;
          child.stdin?.write(`${word}\n`);
          await until(`an answer to ${word}`, () => chunks.length > before);
        }
        child.stdin?.end();
        await closed(child);
        return chunks;
      },
    );
    expect(observed).toEqual(alone);
    expect(observed.events).toEqual(['resume', 'data', 'end', 'prefinish', 'finish', 'close']);
    expect(observed.result).toEqual([
      [true, 'got a\n'],
      [true, 'got b\n'],
      [true, 'got c\n'],
    ]);
    expect(tapped).toBe('got a\ngot b\ngot c\n');
  });

  it('where it pauses: the child is held back, and goes on from there', async () => {
    const { alone, observed, tapped } = await withAndWithoutTap(
      () => spawn('node', WRITE_MANY, { stdio: STDIO }),
      async (child) => {
        let length = 0;
        child.stdout.on('data', (chunk) => {
          length += chunk.length;
        });
        child.stdout.pause();
        await full(child);
        const held = { length, exitCode: child.exitCode, isPaused: child.stdout.isPaused() };
        child.stdout.resume();
        await closed(child);
        return { held, length };
      },
    );
    expect(observed).toEqual(alone);
    expect(observed.result).toEqual({ held: { length: 0, exitCode: null, isPaused: true }, length: MANY });
    expect(tapped).toBe('x'.repeat(MANY));
  });

  it('where it sets an encoding: the program gets text, the tap gets bytes', async () => {
    const { alone, observed, tapped } = await withAndWithoutTap(
      () => spawn('sh', HELLO, { stdio: STDIO }),
      async (child) => {
        const texts: string[] = [];
        child.stdout.setEncoding('utf8').on('data', (text) => void texts.push(text));
        await closed(child);
        return texts.join('');
      },
    );
    expect(observed).toEqual(alone);
    expect(observed.result).toBe('隧道\ntwo\n');
    expect(tapped).toBe('隧道\ntwo\n');
  });

  it('where it uses execFile with a callback', async () => {
    const answers: unknown[] = [];
    const { alone, observed, tapped } = await withAndWithoutTap(
      () =>
        execFile('sh', HELLO, (error, stdout, stderr) => void answers.push([error, stdout, stderr])) as ReturnType<
          typeof execFile
        > & { stdout: Readable },
      closed,
    );
    expect(observed).toEqual(alone);
    expect(answers).toEqual(Array(2).fill([null, '隧道\ntwo\n', '']));
    expect(tapped).toBe('隧道\ntwo\n');
  });

  it('where it pipes into something slow', async () => {
    const { alone, observed, tapped } = await withAndWithoutTap(
      () => spawn('node', WRITE_MANY, { stdio: STDIO }),
      async (child) => {
        const pipe = child.stdout.pipe(new PassThrough({ highWaterMark: 1_024 }));
        await full(child);
        const held = { exitCode: child.exitCode, flowing: child.stdout.readableFlowing };
        let length = 0;
        pipe.on('data', (chunk) => {
          length += chunk.length;
        });
        await closed(child);
        return { held, length };
      },
    );
    const { events: aloneEvents, ...aloneSeen } = alone;
    const { events, ...seen } = observed;
    expect(seen).toEqual(aloneSeen);
    expect(new Set(events)).toEqual(new Set(aloneEvents)); // how often it pauses is up to the kernel
    expect(seen.result).toEqual({ held: { exitCode: null, flowing: false }, length: MANY });
    expect(tapped).toBe('x'.repeat(MANY));
  });

  it('where it destroys the stream: no end is made up', async () => {
    const { alone, observed, ends } = await withAndWithoutTap(
      () => spawn('sh', ['-c', 'read -r line'], { stdio: STDIO }),
      async (child) => {
        child.stdout.destroy();
        child.stdin?.end();
        return closed(child);
      },
    );
    expect(observed).toEqual(alone);
    expect(ends).toBe(0);
  });
});

describe('tapStdout, stopped', () => {
  const start = () => children.add(spawn('sh', ['-c', 'read -r line; echo late'], { stdio: STDIO }));

  it('leaves no trace on the stream and gets nothing more', async () => {
    const child = start();
    const before = Object.getOwnPropertyNames(child.stdout);
    const { stop, text, ends } = tap(child.stdout);
    expect(Object.getOwnPropertyNames(child.stdout)).toEqual([...before, 'push']);
    stop();
    stop();
    expect(Object.getOwnPropertyNames(child.stdout)).toEqual(before);
    child.stdout.resume();
    child.stdin.end('\n');
    await closed(child);
    expect([text(), ends()]).toEqual(['', 0]);
  });

  it('stays, doing nothing, below what somebody else put over it', async () => {
    const child = start();
    const { stop, text } = tap(child.stdout);
    const ours = child.stdout.push;
    let others = '';
    child.stdout.push = (chunk: unknown, encoding?: BufferEncoding) => {
      others += chunk ?? '';
      return ours.call(child.stdout, chunk, encoding);
    };
    const theirs = child.stdout.push;
    stop();
    expect(child.stdout.push).toBe(theirs);
    let read = '';
    child.stdout.on('data', (chunk) => {
      read += chunk;
    });
    child.stdin.end('\n');
    await closed(child);
    expect({ others, read, tapped: text() }).toEqual({ others: 'late\n', read: 'late\n', tapped: '' });
  });

  it('two taps on one stream both see everything, and go in any order', async () => {
    const child = start();
    const first = tap(child.stdout);
    const second = tap(child.stdout);
    child.stdout.resume();
    child.stdin.end('\n');
    await closed(child);
    first.stop();
    second.stop();
    expect([first.text(), second.text()]).toEqual(['late\n', 'late\n']);
    await exitOf(child);
  });
});
