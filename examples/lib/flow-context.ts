// OpenTelemetry's notion of what is active, carried by flows of awaits. A program takes the one of
// @opentelemetry/context-async-hooks; this one shows that there is nothing more to it.
import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, context, type Context, type ContextManager } from '@opentelemetry/api';

class FlowContext implements ContextManager {
  readonly #flow = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#flow.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    body: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#flow.run(active, () => body.call(self, ...args));
  }

  bind<T>(active: Context, target: T): T {
    if (typeof target !== 'function') return target;
    const call = target as unknown as (...args: unknown[]) => unknown;
    return ((...args: unknown[]) => this.#flow.run(active, () => call(...args))) as T;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#flow.disable();
    return this;
  }
}

/** Makes it the program's; the result takes it away again. */
export function useFlows(): () => void {
  context.setGlobalContextManager(new FlowContext());
  return () => {
    context.disable();
  };
}
