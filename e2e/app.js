// The published app: where it is, and how it is started on 127.0.0.1.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const program = resolve(process.env.E2E_APP || join(import.meta.dirname, '../artifacts/app/Seckill.Web.dll'));

/** @returns {string} What is missing before the app can be started; empty when nothing is. */
export const missing = () =>
  existsSync(program) ? '' : `${program} is missing. Publish it first: dotnet publish Seckill.Web -c Release -o artifacts/app`;

/** @returns {string} An empty directory, to be removed by whoever asked for it. */
export const newDataDirectory = () => mkdtempSync(join(tmpdir(), 'seckill-e2e-data-'));

/**
 * @param {{ port: number | string, data: string, output: 'inherit' | 'ignore', settings?: Record<string, string> }} how
 * @returns {import('node:child_process').ChildProcess}
 */
export function startApp({ port, data, output, settings = {} }) {
  return spawn('dotnet', [program], {
    // Pages' files are looked for below the working directory.
    cwd: dirname(program),
    stdio: ['ignore', output, output],
    env: {
      ...process.env,
      // What goes wrong in a circuit is told to the browser by name, so that it is in the report.
      DetailedErrors: 'true',
      ASPNETCORE_ENVIRONMENT: 'Production',
      ASPNETCORE_URLS: `http://127.0.0.1:${port}`,
      Data__Directory: data,
      Admin__UserName: process.env.E2E_ADMIN_USER,
      Admin__Password: process.env.E2E_ADMIN_PASSWORD,
      // All of the tests' shoppers come from one address.
      Accounts__SignInTriesPerMinute: '100000',
      Accounts__RegistrationsPerMinute: '100000',
      // And to make a password hard to guess takes a tenth of a second each time.
      Accounts__PasswordIterations: '10000',
      // To learn what is worth compiling better, and to compile it, takes a third of the program's time in its first minutes, and these are few.
      DOTNET_TieredPGO: '0',
      DOTNET_TC_CallCountThreshold: '1000',
      ...settings,
    },
  });
}

/**
 * Below the ports that the system gives to outgoing connections: one of them would take it while the app is started again. Above 10080, which browsers refuse.
 * @returns {Promise<number>}
 */
export async function freePort() {
  const probe = createServer();
  for (;;) {
    const port = 11_000 + Math.floor(Math.random() * 21_000);
    try {
      await once(probe.listen(port, '127.0.0.1'), 'listening');
      await once(probe.close(), 'close');
      return port;
    } catch {
      // Taken; another.
    }
  }
}
