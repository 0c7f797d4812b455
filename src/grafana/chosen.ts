/**
 * What is chosen of a variable that takes several values, as a regular expression for `=~` of PromQL, LogQL and TraceQL; of All it is `.*`.
 *
 * Grafana's own way for `"$proxy"` leaves a double quote as it is: Prometheus (without the feature toggle
 * prometheusSpecialCharsInLabelValues, off by default in Grafana 12), Loki and Tempo then refuse the query. In a raw string any
 * name can stand but one with a backtick.
 */
export const chosen = (variable: string): string => `\`\${${variable}:regex}\``;

/** A matcher of what is chosen, which PromQL and LogQL write the same. */
export const isOneOf = (label: string, variable: string): string => `${label}=~${chosen(variable)}`;
