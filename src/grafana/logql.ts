/**
 * All of ours that came to Loki by OTLP. Loki makes a label of `service.name`, which of a program that observes its own frp is the
 * program's: the user says it. The other attributes are structured metadata, filtered by `| frp_role=…` behind the selector.
 */
export const RECORDS = '{service_name=~`$service`}';

/**
 * The last stages of what is shown. An event that no line told has an empty one, and Loki takes the level from frp's letter, which
 * Grafana has no colour for.
 */
export const READABLE = [
  '| label_format detected_level=`{{ if ge (int .severity_number) 17 }}error{{ else if ge (int .severity_number) 13 }}warn{{ else if ge (int .severity_number) 9 }}info{{ else }}debug{{ end }}`',
  '| line_format `{{ if __line__ }}{{ __line__ }}{{ else }}{{ .event_name }} {{ .frp_proxy_name }} {{ .frp_disconnect_reason }}{{ .frp_process_exit }}{{ end }}`',
].join(' ');
