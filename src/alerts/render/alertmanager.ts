import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import { type Inhibition, inhibitions } from '../inhibitions.js';
import { prometheusLabel } from '../prometheusDialect.js';
import type { RenderedFile } from './RenderedFile.js';

const HEADER = '# Generated: what is not told while something larger is down.\n';

/** The inhibitions as a part of alertmanager.yml. */
export const renderAlertmanager = (): RenderedFile => ({
  path: 'inhibit-rules.yml',
  text: `${HEADER}inhibit_rules:\n${inhibitions.map(inhibitRule).join('')}`,
});

const inhibitRule = ({ source, target, equal, why }: Inhibition): string => {
  const subject = prometheusLabel(ATTR_FRP.alertSubject);
  const targets = [
    `${subject}=~"${target.subjects.join('|')}"`,
    ...(target.role === undefined ? [] : [`${prometheusLabel(ATTR_FRP.role)}="${target.role}"`]),
  ];
  return `  # ${why}
  - source_matchers: [${quoted(`alertname="${source}"`)}]
    target_matchers: [${targets.map(quoted).join(', ')}]
    equal: [${equal.map(prometheusLabel).join(', ')}]
`;
};

const quoted = (text: string): string => `'${text}'`;
