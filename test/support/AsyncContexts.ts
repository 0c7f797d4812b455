import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';

/** What a program with an SDK has: the active context follows what it calls and awaits. */
export class AsyncContexts implements ContextManager {
  readonly #active = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#active.getStore() ?? ROOT_CONTEXT;
  }

  with<Args extends unknown[], F extends (...args: Args) => ReturnType<F>>(
    context: Context,
    run: F,
    self?: ThisParameterType<F>,
    ...args: Args
  ): ReturnType<F> {
    return this.#active.run(context, () => run.apply(self, args));
  }

  bind<T>(_context: Context, target: T): T {
    return target; // nothing in a test is bound
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#active.disable();
    return this;
  }
}
