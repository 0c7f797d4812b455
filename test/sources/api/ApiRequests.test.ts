import { afterEach, describe, expect, it } from '@jest/globals';
import { CLIENT_API_PARTS, pathOf } from '../../../src/frp/api/frpApiParts.js';
import { ApiRequestError } from '../../../src/sources/api/ApiRequestError.js';
import { ApiRequests } from '../../../src/sources/api/ApiRequests.js';
import { OwnRequests } from '../../../src/sources/api/OwnRequests.js';
import { ApiServer, webServerAt } from './ApiServer.js';

const STATUS = pathOf(CLIENT_API_PARTS.status);

let server: ApiServer | undefined;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

/** Requests to a server that gives these bodies, one after the other. */
const requestsFor = async (...bodies: string[]): Promise<ApiRequests> => {
  server = await ApiServer.start((_, response) => void response.end(bodies.shift()));
  return new ApiRequests({
    webServer: webServerAt(server.port),
    timeoutMillis: 4_000,
    ownRequests: new OwnRequests(),
    untraced: (request) => request(),
  });
};
const readOf = () => {
  const bodies: unknown[] = [];
  const read = (body: unknown): { readonly of: unknown } => {
    bodies.push(body);
    return { of: body };
  };
  return { read, bodies };
};

describe('a list that is asked again', () => {
  it('is the same answer where its body is the same, and is not read again', async () => {
    const requests = await requestsFor('{"tcp":[1]}', '{"tcp":[1]}', '{"tcp":[2]}', '{"tcp":[1]}');
    const { read, bodies } = readOf();
    const first = await requests.list(STATUS, read);
    expect(await requests.list(STATUS, read)).toBe(first);
    expect(await requests.list(STATUS, read)).toEqual({ of: { tcp: [2] } });
    expect(await requests.list(STATUS, read)).toEqual(first);
    expect(bodies).toEqual([{ tcp: [1] }, { tcp: [2] }, { tcp: [1] }]);
  });

  it('is another one for another query', async () => {
    const requests = await requestsFor('[]', '[]');
    const { read, bodies } = readOf();
    await requests.list(STATUS, read, { query: '?page=1' });
    await requests.list(STATUS, read, { query: '?page=2' });
    expect(bodies).toHaveLength(2);
  });

  it('is read again where it could not be read', async () => {
    const requests = await requestsFor('no JSON', 'no JSON', '[1]');
    const { read } = readOf();
    await expect(requests.list(STATUS, read)).rejects.toThrow(ApiRequestError);
    await expect(requests.list(STATUS, read)).rejects.toThrow('its answer is not JSON');
    expect(await requests.list(STATUS, read)).toEqual({ of: [1] });
  });
});
