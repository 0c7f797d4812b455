import type { AlertEvent } from '../alerts/AlertEvent.js';
import { FrpOptionsError } from '../config/FrpInstrumentationOptions.js';
import { FRP_EVENT_KINDS, type FrpEvent, type FrpEventKind } from '../model/FrpEvent.js';
import { ALERT_EVENT_KINDS, type AlertEventKind } from '../telemetry/catalogue/alertEvents.js';

/** What a listener can hear of: what happens to frp, and what becomes of an alert. */
export type FrpListenedKind = FrpEventKind | AlertEventKind;
type ListenedEvent = FrpEvent | AlertEvent<'alert.firing'> | AlertEvent<'alert.resolved'>;

export type FrpEventOf<Kind extends FrpListenedKind> = Extract<ListenedEvent, { readonly kind: Kind }>;

type Listener = (event: FrpEvent | AlertEvent) => unknown;

const KINDS: readonly FrpListenedKind[] = [...FRP_EVENT_KINDS, ...ALERT_EVENT_KINDS];

/** Who in the program wants to know of events. A listener that throws or rejects harms nobody. */
export class EventListeners {
  readonly #listeners = new Map<FrpListenedKind, Set<Listener>>();
  readonly #onFault: (error: unknown, kind: FrpListenedKind) => void;

  constructor(onFault: (error: unknown, kind: FrpListenedKind) => void) {
    this.#onFault = onFault;
  }

  /**
   * @returns takes the listener away
   * @throws FrpOptionsError when there is no such event, or the listener is no function
   */
  add<Kind extends FrpListenedKind>(kind: Kind, listener: (event: FrpEventOf<Kind>) => unknown): () => void {
    if (!KINDS.includes(kind)) {
      throw new FrpOptionsError(`on: expected one of ${KINDS.join(', ')}, received ${JSON.stringify(kind)}`);
    }
    if (typeof listener !== 'function') {
      throw new FrpOptionsError(
        `on: ${kind}: expected a function, received ${listener === null ? 'null' : typeof listener}`,
      );
    }
    const listeners = this.#listeners.get(kind) ?? new Set<Listener>();
    this.#listeners.set(kind, listeners);
    // Each call is one registration, also of the same function.
    const entry: Listener = (event) => listener(event as unknown as FrpEventOf<Kind>);
    listeners.add(entry);
    return () => listeners.delete(entry);
  }

  tell(event: FrpEvent | AlertEvent): void {
    // A copy: a listener that adds one hears of the next event only.
    for (const listener of [...(this.#listeners.get(event.kind) ?? [])]) void this.#call(listener, event);
  }

  async #call(listener: Listener, event: FrpEvent | AlertEvent): Promise<void> {
    try {
      await listener(Object.freeze({ ...event }));
    } catch (error) {
      this.#onFault(error, event.kind);
    }
  }
}
