// The tests that meet the SDK, in a folder that testLine.mjs lays: what npm packed is its root, and stands in for the sources.
export default {
  rootDir: process.cwd(),
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(?:\\.\\./)+src/(.*)\\.js$': '<rootDir>/dist/$1.js', '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true, tsconfig: 'tsconfig.jest.json' }] },
  setupFilesAfterEnv: ['<rootDir>/tools/matrix/exporters.mjs'],
  testTimeout: 60_000,
  testMatch: [
    '<rootDir>/test/{telemetry,config,integration}/**/*.test.ts',
    '<rootDir>/test/!(package|import|documents).test.ts', // they read the project's own files, and which modules of its own line are loaded
    '<rootDir>/test/e2e/firstTunnel.test.ts',
    '<rootDir>/test/e2e/examples/*.test.ts',
  ],
  // The others meet no SDK.
  testPathIgnorePatterns: [
    'Bench',
    'everyOption',
    'collectorNames',
    'prometheusRules',
    'alertDelivery',
    'grafanaCollector',
  ].map((name) => `${name}\\w*\\.test\\.ts$`),
  cacheDirectory: '<rootDir>/.jest',
  reporters: [['summary', { summaryThreshold: 0 }]],
};
