import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    maxWorkers: 2,
    // A shared workshop is closed when its process ends.
    teardownTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            '{domain,libs,records,paper,app,browser,cli,components,emails,content,emulators,start,web,checks}/**/*.test.{ts,tsx}',
            '*.test.ts',
          ],
          pool: 'threads',
          isolate: false,
          // A property tries hundreds of cases, which on a busy machine is more than the five seconds of the default.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          pool: 'forks',
          // A process runs file after file: the product is imported once, and files that share a workshop find it open.
          isolate: false,
          // One more than cores: these wait for processes, time-outs and mails most of the time.
          maxWorkers: 3,
          globalSetup: ['tests/kit/globalSetup.ts'],
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          setupFiles: ['tests/faults/printSeed.ts'],
          pool: 'forks',
          globalSetup: ['tests/kit/globalSetup.ts'],
          testTimeout: 180_000,
          hookTimeout: 240_000,
        },
      },
      {
        // Runs alone on the machine: otherwise a 503 could be the machine's fault instead of the product's.
        extends: true,
        test: {
          name: 'soak',
          include: ['tests/soak/**/*.test.ts'],
          pool: 'forks',
          setupFiles: ['tests/faults/printSeed.ts'],
        },
      },
      {
        // `npm run proof`: too long for `npm test`.
        extends: true,
        test: {
          name: 'proof',
          include: ['tests/proof/**/*.test.ts'],
          setupFiles: ['tests/faults/printSeed.ts'],
          pool: 'forks',
          // One after another: they measure, or need a machine of their own.
          maxWorkers: 1,
          globalSetup: ['tests/kit/globalSetup.ts'],
          testTimeout: 900_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
})
