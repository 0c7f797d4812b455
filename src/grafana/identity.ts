import type { Dialect } from '../alerts/prometheusDialect.js';
import type { DashboardName } from './DashboardSpec.js';

/** Dashboards of both dialects may stand side by side in one Grafana: each kind keeps to its own. */
export const tagOf = (dialect: Dialect): string => (dialect === 'own' ? 'frp-own-metrics' : 'frp');

/** The same in each release, so that an import takes the place of the one before. */
export const uidOf = (name: DashboardName, dialect: Dialect): string => `${tagOf(dialect)}-${name}`;
