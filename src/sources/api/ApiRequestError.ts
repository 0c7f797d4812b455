/** A request that gave nothing to read; the message holds no secret and nothing of a body but what frp says is wrong. */
export class ApiRequestError extends Error {
  override readonly name = 'ApiRequestError';
  readonly status: number | undefined;
  /** Whether frp may have logged the request: not one that never came, nor one that it had no handler for. */
  readonly mayBeLogged: boolean;

  constructor(message: string, options: { status?: number; mayBeLogged: boolean }) {
    super(message);
    this.status = options.status;
    this.mayBeLogged = options.mayBeLogged;
  }
}
