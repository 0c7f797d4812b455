import { group, listOf, orFlag, publicUrl, receiverUrl, text, wholeNumber } from './optionForms.js';

const MAX_RECEIVERS = 16;

const receiver = group(
  {
    url: receiverUrl().describe('Where it takes alerts; shown without its path.'),
    bearerTokenFile: text(4_096).optional().describe('A file with the token that it asks for, read for each request.'),
    timeoutMillis: wholeNumber(100, 60_000).default(10_000).describe('Milliseconds after which a request is given up.'),
  },
  'an object with url',
);

const receivers = () => listOf(receiver, 'objects with url', 0, MAX_RECEIVERS).default([]);

/** The evaluator of this process: when it looks, and whom it tells. Which rules there are, `alertRules` says. */
export const alerts = () =>
  orFlag(
    group(
      {
        intervalMillis: wholeNumber(100, 300_000)
          .default(15_000)
          .describe('Milliseconds between two evaluations of all rules.'),
        alertmanagers: receivers().describe('Alertmanagers; each is sent all alerts, by its API v2.'),
        webhooks: receivers().describe('Webhooks that are sent what fires and what was resolved, as JSON.'),
        resendMillis: wholeNumber(1_000, 3_600_000)
          .default(60_000)
          .describe('Milliseconds after which an Alertmanager is told again what still fires.'),
        cooldownMillis: wholeNumber(0, 86_400_000)
          .default(300_000)
          .describe('Milliseconds in which a webhook that was told of an alert is not told that it fires again.'),
        maxNotificationsPerMinute: wholeNumber(1, 10_000)
          .default(60)
          .describe('Requests to one webhook in any minute; what is beyond waits.'),
        externalUrl: publicUrl().optional().describe('What alerts link to: the page of this instance.'),
        historyFile: text(4_096)
          .optional()
          .describe('A JSON Lines file that keeps all alerts; without, none are kept.'),
        historyDays: wholeNumber(1, 365).default(30).describe('Days for which it keeps them.'),
      },
      'true, false or an object with intervalMillis, alertmanagers, webhooks and others',
    ),
  );
