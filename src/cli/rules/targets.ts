import type { EffectiveRule } from '../../alerts/AlertRule.js';
import { ruleCatalogue } from '../../alerts/catalogue/ruleCatalogue.js';
import type { Dialect } from '../../alerts/prometheusDialect.js';
import { renderAlertmanager } from '../../alerts/render/alertmanager.js';
import { renderCollector } from '../../alerts/render/collector.js';
import { renderGrafana } from '../../alerts/render/grafana.js';
import { renderPrometheus } from '../../alerts/render/prometheus.js';
import type { RenderedFile } from '../../alerts/render/RenderedFile.js';
import { renderRunbook } from '../../alerts/render/runbook.js';

/** What rules are rendered with, besides the rules. */
export interface RenderOptions {
  readonly dialect: Dialect;
  readonly runbookUrl: string | undefined;
  /** Of Grafana: the uid of its Prometheus data source. */
  readonly datasource: string;
}

/** A variable of Grafana: the file is the same for all of them. */
export const DEFAULT_DATASOURCE = '$PROMETHEUS_DATASOURCE_UID';

type Render = (rules: readonly EffectiveRule[], options: RenderOptions) => RenderedFile;

/** What rules can be rendered for. */
export const TARGETS = {
  collector: renderCollector,
  prometheus: (rules, { dialect, runbookUrl }) => renderPrometheus(rules, dialect, { runbookUrl }),
  grafana: (rules, { dialect, runbookUrl, datasource }) => renderGrafana(rules, dialect, { runbookUrl, datasource }),
  alertmanager: renderAlertmanager,
  runbook: () => ({ path: 'alerts.md', text: renderRunbook(ruleCatalogue) }),
} as const satisfies Readonly<Record<string, Render>>;

export type Target = keyof typeof TARGETS;

export const TARGET_NAMES = Object.keys(TARGETS) as readonly Target[];

/** Those whose rules can be put to the test. */
export const TESTED = ['collector', 'prometheus', 'grafana'] as const satisfies readonly Target[];

/** Whose names of metrics there are two of. */
export const WITH_DIALECT = ['prometheus', 'grafana'] as const satisfies readonly Target[];
