/** What in collector-config/prometheus/ and alertmanager/ is made of the default rules. */

/**
 * @typedef {import('../../src/alerts/render/RenderedFile.js').RenderedFile} RenderedFile
 * @typedef {import('../../src/alerts/AlertRule.js').EffectiveRule} EffectiveRule
 * @typedef {Pick<typeof import('../../src/alerts/render/prometheus.js'), 'renderPrometheus'>
 *   & Pick<typeof import('../../src/alerts/render/prometheusTests.js'), 'renderPrometheusTests'>
 *   & Pick<typeof import('../../src/alerts/render/ruleCases.js'), 'ruleCases'>
 *   & Pick<typeof import('../../src/alerts/render/alertmanager.js'), 'renderAlertmanager'>} Renderers
 */

export const ALERTMANAGER_FILE = 'alertmanager/alertmanager.yml';

/**
 * Rule files and their tests, relative to collector-config/.
 *
 * @param {readonly EffectiveRule[]} rules
 * @param {Renderers} renderers
 * @returns {RenderedFile[]}
 */
export const prometheusFiles = (rules, { renderPrometheus, renderPrometheusTests, ruleCases }) => {
  const cases = ruleCases(rules).flatMap((each) => ('reason' in each ? [] : [each]));
  return /** @type {const} */ (['collector', 'own']).flatMap((dialect) => {
    const { path, text } = renderPrometheus(rules, dialect);
    const tests = renderPrometheusTests(cases, dialect, { ruleFile: `../${path}`, name: path.replace(/\.yml$/, '') });
    return [
      { path: `prometheus/${path}`, text },
      ...tests.map((file) => ({ path: `prometheus/tests/${file.path}`, text: file.text })),
    ];
  });
};

/**
 * alertmanager.yml with its inhibitions, which are its last part.
 *
 * @param {string} text as it is
 * @param {Renderers} renderers
 */
export const withInhibitions = (text, { renderAlertmanager }) => {
  const rendered = renderAlertmanager().text;
  const [begin = ''] = rendered.split('\n');
  const at = text.indexOf(`${begin}\n`);
  if (at === -1) throw new Error(`expected the line '${begin}' in ${ALERTMANAGER_FILE}`);
  return text.slice(0, at) + rendered;
};
