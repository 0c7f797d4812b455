/** How bad an alert is. */
export type AlertSeverity = 'low' | 'medium' | 'high' | 'critical';

/** Whom an alert is about: by that it is silenced while something larger is down. */
export type AlertSubject = 'server' | 'client' | 'proxy' | 'telemetry';
