/** The name of a metric or an attribute as Prometheus's text format has it: as the SDK's `PrometheusExporter` writes it. */
export const prometheusName = (name: string): string => {
  const text = name.replace(/[^a-z0-9_]/gi, '_').replace(/_{2,}/g, '_');
  return /^\d/.test(text) ? `_${text}` : text;
};
