/**
 * @typedef {object} Pipeline
 * @property {string[]} receivers
 * @property {string[]} [processors]
 * @property {string[]} exporters
 */
/**
 * A Collector's config, as far as it is looked at.
 *
 * @typedef {{ connectors?: Record<string, unknown>, processors?: Record<string, unknown>, service: { pipelines: Record<string, Pipeline> } }} CollectorConfig
 */

/** What the rules are made of is named after them. */
const IS_OF_RULES = /\/frp_(rules|breach)/;

/**
 * The same Collector without the rules: their pipeline, what leads into it, and what comes of it.
 *
 * @param {CollectorConfig} config
 * @returns {CollectorConfig}
 * @throws {Error} when it has no rules, or when nothing is left without them
 */
export const withoutRules = (config) => {
  const pipelines = Object.entries(config.service.pipelines)
    .map(([name, { receivers, processors, exporters }]) => {
      const rest = { receivers: receivers.filter(isOther), exporters: exporters.filter(isOther) };
      return /** @type {const} */ ([name, { ...rest, ...(processors && { processors: processors.filter(isOther) }) }]);
    })
    .filter(([name, { receivers, exporters }]) => isOther(name) && receivers.length > 0 && exporters.length > 0);
  const had = Object.keys(config.service.pipelines);
  if (had.every(isOther)) throw new Error(`expected a pipeline of the rules, received ${had.join(', ')}`);
  if (!pipelines.some(([name]) => name.startsWith('metrics')))
    throw new Error('nothing is left of metrics without the rules');
  return {
    ...config,
    ...(config.processors && { processors: otherOf(config.processors) }),
    ...(config.connectors && { connectors: otherOf(config.connectors) }),
    service: { ...config.service, pipelines: Object.fromEntries(pipelines) },
  };
};

/** @param {string} name */
const isOther = (name) => !IS_OF_RULES.test(name);

/** @param {Record<string, unknown>} parts */
const otherOf = (parts) => Object.fromEntries(Object.entries(parts).filter(([name]) => isOther(name)));
