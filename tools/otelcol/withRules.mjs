const BLOCK = /^( *# BEGIN of the default rules.*\n)[\s\S]*?(^ *# END of the default rules.*$)/m;

/** Files of collector-config/ that have the default rules. */
export const FILES_WITH_RULES = ['all-in-one.yaml', 'gateway.yaml'];

/**
 * Puts rules into a Collector's config, in place of those between its marks.
 *
 * @param {string} config text with the marks below `processors:`
 * @param {string} processors `processors:` and below it what the rules are made of
 * @returns {string}
 */
export function withRules(config, processors) {
  if (!BLOCK.test(config)) throw new Error('expected the marks BEGIN and END of the default rules');
  const rules = processors.replace(/^processors:\n/, '');
  return config.replace(BLOCK, (_block, begin, end) => `${begin}${rules}${end}`);
}
