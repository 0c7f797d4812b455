/** What {@link isReceiverUrl} takes, for messages. */
export const RECEIVER_URLS = 'http://HOST… or https://HOST…';

/** Whether alerts can be sent there. */
export const isReceiverUrl = (text: string): boolean => httpUrl(text) !== undefined;

/** What {@link isPublicUrl} takes, for messages. */
export const PUBLIC_URLS = 'http://HOST… or https://HOST… without a user, a password, ? and #';

/** Whether everybody may read it who is told of an alert, and something can be put behind it. */
export const isPublicUrl = (text: string): boolean => {
  const url = httpUrl(text);
  return url !== undefined && url.username === '' && url.password === '' && !/[?#]/.test(text);
};

const httpUrl = (text: string): URL | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined;
};

/** Scheme and host: the path of a webhook is a secret in itself, and so is all behind it and before the host. */
export const shownReceiver = (text: string): string => {
  const url = httpUrl(text);
  if (url === undefined) return '…';
  const user = url.username === '' && url.password === '' ? '' : '…@';
  return `${url.protocol}//${user}${url.host}${/^\/?$/.test(url.pathname + url.search + url.hash) ? '' : '/…'}`;
};
