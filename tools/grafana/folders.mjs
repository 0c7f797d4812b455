/**
 * The folders of examples/grafana/ that are rendered, each with the dialect of its names of metrics.
 *
 * @type {readonly { readonly path: string, readonly dialect: import('../../src/alerts/prometheusDialect.js').Dialect }[]}
 */
export const RENDERED_FOLDERS = [
  { path: 'examples/grafana/provisioning', dialect: 'collector' },
  { path: 'examples/grafana/provisioning-own-metrics', dialect: 'own' },
];
