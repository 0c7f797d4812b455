// Run by jest before each test file of the matrix. On Node 22 jest fails when two `import()` at the same time share a module
// that is not linked yet ("request for './OTLPExporterBase.mjs' is from a module not been linked"), as those of the exporters
// do. Node alone has no such trouble: the examples run there too.
for (const signal of ['metrics', 'logs', 'trace']) {
  await import(`@opentelemetry/exporter-${signal}-otlp-proto`);
  await import(`@opentelemetry/exporter-${signal}-otlp-http`);
}
