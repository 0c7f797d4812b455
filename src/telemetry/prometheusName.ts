/** The name of a metric or an attribute as Prometheus's text format has it: as the SDK's `PrometheusExporter` writes it. */
export const prometheusName = (name: string): string => {
  const text = name.replace(/[^a-z0-9_]/gi, '_').replace(/_{2,}/g, '_');
  return /^\d/.test(text) ? `_${text}` : text;
};

/** The name of a metric there, with what its kind adds; of a histogram without `_bucket`, `_sum` and `_count`. */
export const prometheusFamilyName = (name: string, isCounter: boolean): string => {
  const family = prometheusName(name);
  return isCounter && !family.endsWith('_total') ? `${family}_total` : family;
};
