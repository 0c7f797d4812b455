import { readClientStatus } from '../../frp/api/clientApi.js';
import { CLIENT_API_PARTS, pathOf } from '../../frp/api/frpApiParts.js';
import type { Source } from '../Source.js';
import { ApiRequestError } from './ApiRequestError.js';
import { MAX_LIST_BYTES } from './ApiRequests.js';
import { type ApiOptions, NoApiError, pollApi } from './pollApi.js';

/** Polls the API of frpc: the phase of each proxy, and none at all while it is not connected. */
export const pollClientApi = (options: ApiOptions): Source =>
  pollApi(options, async (requests, time) => {
    const request = { maxBytes: MAX_LIST_BYTES };
    const answer = requests.list(pathOf(CLIENT_API_PARTS.status), readClientStatus, request).catch((error) => {
      if (error instanceof ApiRequestError && error.status === 404) throw new NoApiError('has no API of frpc');
      throw error;
    });
    const { items: proxies, malformed } = await answer;
    return {
      signal: { kind: 'client.api.answered', time, target: options.target, proxies, isComplete: malformed === 0 },
      dropped: [{ item: 'proxy', reason: 'malformed', count: malformed }],
      reason: undefined,
    };
  });
