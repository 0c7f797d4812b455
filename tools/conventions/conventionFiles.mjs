import { renderConstants } from './renderConstants.mjs';
import { renderRegistry } from './renderRegistry.mjs';

/** @typedef {import('../../src/telemetry/catalogue/telemetryModel.js').TelemetryModel} TelemetryModel */

/** Nothing else is in it. */
export const REGISTRY_FOLDER = 'docs/semconv';

/**
 * Everything that is written from the telemetry model.
 *
 * @param {TelemetryModel} model
 * @param {string} markdown what `frp-otel metrics --markdown` prints
 * @param {{ name: string, version: string, description: string }} packageJson
 * @returns {Record<string, string>} content by path
 */
export const conventionFiles = (model, markdown, packageJson) => ({
  'docs/semantic-conventions.md': `${markdown}\n`,
  'src/semconv.ts': renderConstants(model),
  ...Object.fromEntries(
    Object.entries(renderRegistry(model, packageJson)).map(([file, text]) => [`${REGISTRY_FOLDER}/${file}`, text]),
  ),
});
