import { describe, expect, it } from '@jest/globals';
import { FAILURES } from '../../../src/frp/errorType.js';
import { BARE_CLIENT_ROWS, BARE_SERVER_ROWS } from '../../../src/frp/log/bareRows.js';
import { CLIENT_ROWS } from '../../../src/frp/log/clientRows.js';
import type { LogRow } from '../../../src/frp/log/LogRow.js';
import { SERVER_ROWS } from '../../../src/frp/log/serverRows.js';
import { VISITOR_ROWS } from '../../../src/frp/log/visitorRows.js';

describe('a failure whose class the table of lines knows', () => {
  it.each([
    ['frps', FAILURES.server, [...SERVER_ROWS, ...BARE_SERVER_ROWS]],
    ['frpc', FAILURES.client, [...CLIENT_ROWS, ...VISITOR_ROWS, ...BARE_CLIENT_ROWS]],
  ])('is counted by %s from 0', (_, counted, rows) => {
    const classes = (rows as readonly LogRow[])
      .filter(({ kind }) => kind === 'fault' || kind === 'config.reload.failed')
      .flatMap(({ errorType }) => errorType ?? []);
    expect(classes.length).toBeGreaterThan(5);
    expect([...new Set(classes)].filter((each) => !counted.includes(each))).toEqual([]);
  });
});
