/**
 * @param {string} version `0.61.2`
 * @param {string} other
 */
export const isAtLeast = (version, other) => version.localeCompare(other, 'en', { numeric: true }) >= 0;
