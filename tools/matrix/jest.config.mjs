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
    '<rootDir>/test/!(package|import).test.ts', // they read the project's lockfile, and which modules of its own line are loaded
    '<rootDir>/test/e2e/firstTunnel.test.ts',
    '<rootDir>/test/e2e/examples/*.test.ts',
  ],
  testPathIgnorePatterns: ['Bench\\.test\\.ts$', 'everyOption\\.test\\.ts$'], // the latter meets no SDK, in a thousand cases
  cacheDirectory: '<rootDir>/.jest',
  reporters: [['summary', { summaryThreshold: 0 }]],
};
