import type { AlertRecord } from '../AlertRecord.js';

/** Where alerts are sent. */
export interface DeliveryTarget {
  /** http or https; user and password in it are sent as Basic authentication. */
  readonly url: string;
  /** Holds a bearer token; read anew for each request, so that a token can be renewed. It comes before user and password. */
  readonly bearerTokenFile?: string | undefined;
  /** For a whole request, to its answer. */
  readonly timeoutMillis: number;
}

/** The part of the option `alerts` that is about where they are sent. */
export interface DeliveryConfig {
  /** Between two evaluations. */
  readonly intervalMillis: number;
  readonly alertmanagers: readonly DeliveryTarget[];
  readonly webhooks: readonly DeliveryTarget[];
  /** After which an Alertmanager is told again what it knows. */
  readonly resendMillis: number;
  /** An alert that a webhook was told of is not told again for so long. */
  readonly cooldownMillis: number;
  /** Requests to one webhook in any minute. */
  readonly maxNotificationsPerMinute: number;
  /** Where people find what the alerts are about: the link in them. */
  readonly externalUrl?: string | undefined;
  /** Where the runbooks are: each rule is a heading there. */
  readonly runbookUrl?: string | undefined;
}

/** `refused`: the receiver did not want it. `missed`: it was over before the receiver could be told of it. */
export type DropReason = 'refused' | 'missed';

/** What a receiver of alerts is given by who starts it. */
export interface DeliveryHooks {
  /** An alert, or its end, was not told by one of the receivers. */
  readonly onDropped: (alert: AlertRecord, reason: DropReason) => void;
  /**
   * Those of which a webhook was told that they fire, and not that they are over, before this program was started again: it is told of
   * their end only, at once where they do not fire any more. What is not among them it is told anew, with the same fingerprint and
   * start. Asked once for each webhook, at the start.
   *
   * @param receiver always the same for the same URL, which it does not tell
   */
  readonly told: (receiver: string) => readonly AlertRecord[];
  /**
   * A webhook knows of an alert as it is given: that it fires, or that it is over. The last word on an alert's id is what holds: one that
   * fires anew before its former end arrived has another `firedAt`, and no end of the former follows.
   */
  readonly onTold: (receiver: string, alert: AlertRecord) => void;
  /** For people, once per fault; holds no secret. */
  readonly say: (message: string) => void;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Runs a request so that the program's own tracing does not see it. */
  readonly untraced: <Result>(request: () => Promise<Result>) => Promise<Result>;
}
