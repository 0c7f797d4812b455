/** How bad an alert may be, from what is least so. */
export const ALERT_SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

/** How bad an alert is. */
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** Whom an alert may be about. */
export const ALERT_SUBJECTS = ['server', 'client', 'proxy', 'telemetry'] as const;

/** Whom an alert is about: by that it is silenced while something larger is down. */
export type AlertSubject = (typeof ALERT_SUBJECTS)[number];
