import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'tests/e2e',
  // Long, because the machine may be busy with other work, or stand still for half a minute; no test measures time.
  timeout: 120_000,
  expect: { timeout: 45_000, toPass: { intervals: [100, 250] } },
  workers: 2,
  fullyParallel: false,
  // A machine that stands still for half a minute must not fail the run. A test that needs the second try is listed as
  // flaky, and is to be mended like a failure.
  retries: 1,
  reporter: [['list']],
  use: {
    locale: 'de-DE',
    timezoneId: 'Europe/Berlin',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        // Debian's Chromium would draw by a graphics card in software, which costs a core.
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        // The address bar's pop-up is one more page in each window, a third of the cost of opening it. Only the last
        // list of features counts, so this one repeats those of Playwright's that matter here.
        '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,PaintHolding,DestroyProfileOnBrowserClose,AvoidUnnecessaryBeforeUnloadCheckSync,ThirdPartyStoragePartitioning,MediaRouter,OptimizationHints',
        '--autoplay-policy=no-user-gesture-required',
      ],
    },
    // Recording costs as much as the browser itself, so only the second try pays for it.
    trace: 'on-first-retry',
  },
})
