import { delegateOf } from './registered.js';

/** A provider that our telemetry goes to. */
export interface ProviderInUse<Provider extends object> {
  readonly provider: Provider;
  readonly isOwn: boolean;
  /** May throw, reject and never end, as the program's own providers may. */
  readonly flush: () => Promise<void> | undefined;
  /** Exports what is left; one of ours is over by that, one of the program stays. */
  readonly end: () => Promise<void> | undefined;
}

interface Owned {
  readonly forceFlush: () => Promise<void>;
  readonly shutdown: () => Promise<void>;
}

export const ownProvider = <Provider extends Owned>(provider: Provider): ProviderInUse<Provider> => ({
  provider,
  isOwn: true,
  flush: () => provider.forceFlush(),
  end: () => provider.shutdown(),
});

/** One of the program may or may not be one that can be flushed. */
export const programProvider = <Provider extends object>(provider: Provider): ProviderInUse<Provider> => {
  const flush = (): Promise<void> | undefined => {
    const delegate = delegateOf(provider) as { readonly forceFlush?: () => Promise<void> };
    return delegate.forceFlush?.();
  };
  return { provider, isOwn: false, flush, end: flush };
};

/** Whether two are one, also where one of them is the API's proxy of the other. */
export const isSameProvider = (one: object | undefined, other: object | undefined): boolean =>
  one !== undefined && other !== undefined && (one === other || delegateOf(one) === delegateOf(other));
