/** How long a line about a request of ours may take to come through the log. */
const EXPIRY_MILLIS = 600_000;

const KINDS = ['api.request', 'api.response'] as const;

/**
 * frp logs two lines for each request to its API, ours as well (pkg/util/http/middleware.go), and nothing tells them
 * apart but that we know how many we sent: for each of ours, one line of each kind is not news. A path is as frp logs it:
 * decoded, without the query.
 */
export class OwnRequests {
  /** Of each kind and path the times until which a line is waited for; the path asked for last is the last one. */
  readonly #expected = new Map<string, number[]>();

  /** A request is about to be sent. */
  sending(path: string, now: number): void {
    this.#forgetExpired(now);
    for (const kind of KINDS) {
      const key = `${kind} ${path}`;
      const waiting = this.#unexpired(key, now);
      this.#expected.delete(key);
      this.#expected.set(key, [...waiting, now + EXPIRY_MILLIS]);
    }
  }

  /** It never came to frp's logger: the connection failed, the credentials were refused, or there is no such path. */
  notLogged(path: string): void {
    for (const kind of KINDS) this.#expected.get(`${kind} ${path}`)?.pop();
  }

  /** Whether a line is about a request of ours; each line is claimed once. */
  claim(kind: (typeof KINDS)[number], path: string, now: number): boolean {
    const key = `${kind} ${path}`;
    const waiting = this.#unexpired(key, now);
    const claimed = waiting.shift() !== undefined;
    // Anybody may ask frp for any path: only ours are kept.
    if (waiting.length > 0) this.#expected.set(key, waiting);
    else this.#expected.delete(key);
    return claimed;
  }

  /** Where nobody reads the log, nobody claims; and each proxy has a path of its own. */
  #forgetExpired(now: number): void {
    for (const [key, deadlines] of this.#expected) {
      if ((deadlines.at(-1) ?? 0) > now) return;
      this.#expected.delete(key);
    }
  }

  #unexpired(key: string, now: number): number[] {
    return (this.#expected.get(key) ?? []).filter((deadline) => deadline > now);
  }
}
