// jest runs the TypeScript sources as real ES modules: see tools/test.mjs for the flag that it takes, and docs/decisions.md.
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true, tsconfig: 'tsconfig.jest.json' }] },
};

/** @param {string[]} names */
const folders = (names) => names.map((name) => `<rootDir>/test/${name}/**/*.test.ts`);

export default {
  testTimeout: 60_000, // for a test that hangs: no test is about how fast a machine is
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: [
        ...folders([
          'frp',
          'sources',
          'model',
          'telemetry',
          'config',
          'alerts',
          'observation',
          'cli',
          'tools',
          'examples',
          'collectorConfig',
          'grafana',
        ]),
        '<rootDir>/test/*.test.ts',
      ],
    },
    { ...base, displayName: 'integration', testMatch: folders(['integration']) },
    { ...base, displayName: 'e2e', testMatch: folders(['e2e']) },
  ],
};
