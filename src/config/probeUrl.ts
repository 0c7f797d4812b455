/** What {@link isProbeUrl} takes, for messages. */
export const PROBE_URLS = 'tcp://HOST:PORT, http://HOST… or https://HOST…';

/** Whether a probe can go there. */
export const isProbeUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  switch (url?.protocol) {
    case 'http:':
    case 'https:':
      return true;
    case 'tcp:':
      return url.hostname !== '' && Number(url.port) > 0 && /^\/?$/.test(url.pathname + url.search + url.hash);
    default:
      return false;
  }
};

/** Without user, password and query, also of what is no URL. */
export const withoutCredentials = (text: string): string => {
  const end = text.lastIndexOf('@');
  const scheme = end === -1 ? -1 : text.indexOf('://');
  const start = scheme === -1 || scheme > end ? '' : text.slice(0, scheme + 3);
  const masked = end === -1 ? text : `${start}…${text.slice(end)}`;
  const query = masked.indexOf('?');
  return query === -1 ? masked : `${masked.slice(0, query)}?…`;
};
