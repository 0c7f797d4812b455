import { processSlot, type WrappedReader } from './processSlot.js';

const { slot } = processSlot;

/**
 * The readers that the program has wrapped. Whose a reader is, the SDK does not tell; but where the instruments on a provider
 * are asked in the course of a reader's collection, it is that provider's.
 */
export const wrappedReaders = {
  /** A MeterProvider has it, until what this returns is called. */
  attached: (reader: WrappedReader): (() => void) => {
    slot.readers.add(reader);
    return () => slot.readers.delete(reader);
  },
  /** Whether there are any, or any that may be this provider's. */
  exist: (provider?: object): boolean =>
    [...slot.readers].some((reader) => provider === undefined || (reader.provider ?? provider) === provider),
  collect: <Result>(reader: WrappedReader, work: () => Result): Result => slot.collecting.run(reader, work),
  /** The instruments on a provider are asked. */
  asked: (provider: object): void => {
    const reader = slot.collecting.getStore();
    if (reader !== undefined) reader.provider = provider;
  },
  /** A provider of the program has the instruments from now on. */
  use: (provider: object): void => {
    slot.meterProvider = provider;
  },
  leave: (provider: object): void => {
    if (slot.meterProvider === provider) slot.meterProvider = undefined;
  },
  /** Whether it is known to be a provider's that the program has replaced by another. */
  isLeft: ({ provider }: WrappedReader): boolean =>
    provider !== undefined && slot.meterProvider !== undefined && provider !== slot.meterProvider,
} as const;
