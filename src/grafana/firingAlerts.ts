/** Alerts of frp that fire in Prometheus, the user's among them: what they all have is a subject. @param where matchers */
export const firingAlerts = (...where: readonly string[]): string =>
  `ALERTS{${['alertstate="firing"', 'frp_alert_subject!=""', ...where].join(', ')}}`;

export const NONE_FIRES = 'None fires, or Prometheus has no rules of frp loaded.';
