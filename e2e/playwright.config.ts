import { existsSync } from 'node:fs';
import { defineConfig, devices } from '@playwright/test';
import { freePort } from './app.js';

// With BASE_URL nothing is started: the tests go to that address.
const deployedAt = process.env['BASE_URL'];

// This file is read again by every worker, so what the first reader chose is handed on in the environment.
const port = deployedAt ? 0 : (process.env['E2E_PORT'] ??= String(await freePort()));
// The server stops when this process is gone, however it went.
process.env['E2E_RUNNER'] ??= String(process.pid);
process.env['E2E_ADMIN_USER'] ??= 'e2e-admin';
process.env['E2E_ADMIN_PASSWORD'] ??= 'flash-sale-e2e';

// Where Debian's browser is installed it is taken, else Playwright's own. The one without windows needs far less of the machine.
const seen = ['--headed', '--ui', '--debug'].some(wish => process.argv.includes(wish)) || process.env['PWDEBUG'];
const debian = [...(seen ? [] : ['/usr/bin/chromium-headless-shell']), '/usr/bin/chromium'].find(existsSync);
const chromium = (process.env['CHROMIUM'] ??= debian ?? '');

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env['CI']),
  // What fails is done again, and its trace is in the report: to record what passes as well would cost a tenth of the time.
  // A test that passes only the second time is a bug to mend; the report calls it flaky.
  retries: 1,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['html', { open: 'never' }], ['json', { outputFile: process.env['E2E_RESULTS'] ?? 'test-results/results.json' }]],
  use: {
    baseURL: deployedAt ?? `http://127.0.0.1:${port}`,
    trace: 'on-first-retry',
    launchOptions: {
      ...(chromium && { executablePath: chromium }),
      // Chromium refuses to run its sandbox as root.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
  // Between them they cover both languages, both themes, a mouse and a finger, with motion and without.
  projects: [
    {
      name: 'desktop-zh',
      use: { ...devices['Desktop Chrome'], locale: 'zh-CN', colorScheme: 'light', timezoneId: 'Asia/Shanghai' },
    },
    {
      name: 'phone-en',
      use: {
        ...devices['Pixel 7'],
        deviceScaleFactor: 1,
        locale: 'en-GB',
        colorScheme: 'dark',
        timezoneId: 'Europe/London',
        contextOptions: { reducedMotion: 'reduce' },
      },
      grepInvert: /@desktop/,
      testIgnore: /keyboard\.spec/,
    },
  ],
  ...(!deployedAt && {
    webServer: {
      command: 'node server.js',
      url: `http://127.0.0.1:${port}/health/ready`,
      timeout: 60_000,
      stdout: process.env['E2E_SERVER_LOG'] ? ('pipe' as const) : ('ignore' as const),
      stderr: 'pipe' as const,
      gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 15_000 },
    },
  }),
});
