import { describe, expect, it } from '@jest/globals';
import { noConfig } from '../../src/sources/config/readConfigFile.js';
import { apiOffReport } from '../../src/sources/sourceReports.js';

describe('apiOffReport, without a config', () => {
  it('of a process, says that its config would tell', () => {
    expect(apiOffReport(noConfig(undefined, 'none'), 'server', false)).toEqual([
      'off',
      'without its config file its API cannot be found',
    ]);
  });

  it('of what the user named, says what to name', () => {
    expect(apiOffReport(noConfig(undefined, 'not given'), 'server', true)).toEqual([
      'off',
      'not given: give its config file or the address of its API',
    ]);
  });

  it('of a config file that the user named and that cannot be read, says that it is missing', () => {
    expect(apiOffReport(noConfig('/etc/frps.toml', 'bad'), 'server', true)).toEqual([
      'off',
      'without its config file its API cannot be found',
    ]);
  });
});
