import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { readMail } from './readMail.js';

/** A mail as it was handed over. */
export interface Mail {
  /** Of the envelope: whom MAIL FROM and RCPT TO named. */
  readonly from: string;
  readonly to: readonly string[];
  /** By its name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly subject: string;
  /** All of its parts, decoded. */
  readonly text: string;
}

/** A mail server for tests: keeps what it is given, in order of arrival. It knows neither TLS nor passwords, and says so. */
export class SmtpSink implements AsyncDisposable {
  /** As a config has it: `127.0.0.1:2525`. */
  readonly address: string;
  readonly mails: Mail[] = [];
  /** Commands that were refused. */
  readonly faults: string[] = [];

  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #changes = new EventEmitter().setMaxListeners(0);

  /** Listens on a free port of 127.0.0.1. */
  static async start(): Promise<SmtpSink> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SmtpSink(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => this.#serve(socket));
  }

  /** Waits for the first mail that fits: looks now, and again after each. */
  async waitFor(description: string, fits: (mail: Mail) => boolean, timeoutMillis = 20_000): Promise<Mail> {
    const signal = AbortSignal.timeout(timeoutMillis);
    for (;;) {
      const found = this.mails.find(fits);
      if (found !== undefined) return found;
      const changed = await once(this.#changes, 'change', { signal }).catch(() => undefined);
      if (changed === undefined) throw new Error(`no ${description} within ${timeoutMillis} ms; ${this.#summary()}`);
    }
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #summary(): string {
    const subjects = this.mails.map(({ subject }) => `- ${subject}`).join('\n');
    return `arrived are ${this.mails.length} mails\n${subjects}\n${this.faults.join('\n')}`;
  }

  #serve(socket: Socket): void {
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket)).on('error', () => socket.destroy());
    const session = new Session((mail) => {
      this.mails.push(mail);
      this.#changes.emit('change');
    });
    socket.write('220 sink ESMTP\r\n');
    let rest = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const answer = session.take(line);
        if (answer === undefined) continue;
        if (answer.startsWith('5')) this.faults.push(`${line}: ${answer}`);
        socket.write(`${answer}\r\n`);
        if (answer.startsWith('221')) socket.end();
      }
    });
  }
}

/** What one client says, line by line (RFC 5321). */
class Session {
  readonly #keep: (mail: Mail) => void;
  #from = '';
  #to: string[] = [];
  /** Undefined outside of DATA. */
  #data: string[] | undefined;

  constructor(keep: (mail: Mail) => void) {
    this.#keep = keep;
  }

  /** The answer, where the line has one. */
  take(line: string): string | undefined {
    if (this.#data !== undefined) return this.#takeData(this.#data, line);
    const [, command = '', address = ''] = /^(\w+)(?:[^<]*<([^>]*)>)?/.exec(line) ?? [];
    switch (command.toUpperCase()) {
      case 'EHLO':
        return '250-sink\r\n250 8BITMIME';
      case 'HELO':
      case 'NOOP':
        return '250 OK';
      case 'MAIL':
        this.#from = address;
        this.#to = [];
        return '250 OK';
      case 'RCPT':
        this.#to.push(address);
        return '250 OK';
      case 'DATA':
        if (this.#to.length === 0) return '503 expected RCPT before DATA';
        this.#data = [];
        return '354 end with a line of one dot';
      case 'RSET':
        this.#to = [];
        return '250 OK';
      case 'QUIT':
        return '221 bye';
      default:
        return '502 not known here';
    }
  }

  #takeData(data: string[], line: string): string | undefined {
    if (line !== '.') {
      data.push(line.startsWith('.') ? line.slice(1) : line);
      return undefined;
    }
    this.#data = undefined;
    this.#keep({ from: this.#from, to: this.#to, ...readMail(data) });
    return '250 OK';
  }
}
