import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import type { AlertRecord } from '../AlertRecord.js';
import { prometheusLabel } from '../prometheusDialect.js';
import { runbookAnchor } from '../runbookAnchor.js';

type Labels = Readonly<Record<string, string>>;

/** What tells an alert from others: the labels that Prometheus gives to an alert of the same rule. */
export const labelsOf = ({ name, severity, subject, attributes }: AlertRecord): Labels => ({
  ...Object.fromEntries(Object.entries(attributes).map(([attribute, value]) => [prometheusLabel(attribute), value])),
  alertname: name,
  severity,
  [prometheusLabel(ATTR_FRP.alertSubject)]: subject,
});

/** What people read. */
export const annotationsOf = (
  { name, summary, description, runbook }: AlertRecord,
  runbookUrl: string | undefined,
): Labels => ({
  summary,
  description,
  runbook: runbook.join('\n'),
  ...(runbookUrl !== undefined && { runbook_url: `${runbookUrl}${runbookAnchor(name)}` }),
});

/** When it became an alert. */
export const startOf = ({ firedAt, createdAt }: AlertRecord): number => firedAt ?? createdAt;

/** Not before its start, also where the clock was set back: Alertmanager refuses such an alert. */
export const endOf = (alert: AlertRecord, end: number): number => Math.max(startOf(alert), end);

/** Whether its times can be written: what was kept of it in a file may be any number. */
export const hasTimes = (alert: AlertRecord): boolean =>
  [startOf(alert), alert.resolvedAt ?? 0].every((time) => !Number.isNaN(new Date(time).getTime()));

/** The link of an alert, as a URL of http or https; undefined where there is none, since Alertmanager refuses all else. */
export const generatorUrl = (externalUrl: string | undefined): string | undefined => {
  if (externalUrl === undefined || !URL.canParse(externalUrl)) return undefined;
  const url = new URL(externalUrl);
  return /^https?:$/.test(url.protocol) ? url.href : undefined;
};
