// Runs the published app on 127.0.0.1 with an empty data directory, and clears up behind it.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const program = resolve(process.env.E2E_APP || join(import.meta.dirname, '../artifacts/app/Seckill.Web.dll'));
if (!existsSync(program)) {
  console.error(`${program} is missing. Publish it first: dotnet publish Seckill.Web -c Release -o artifacts/app`);
  process.exit(1);
}

const data = mkdtempSync(join(tmpdir(), 'seckill-e2e-data-'));
const app = spawn('dotnet', [program], {
  // Pages' files are looked for below the working directory.
  cwd: dirname(program),
  stdio: 'inherit',
  env: {
    ...process.env,
    ASPNETCORE_ENVIRONMENT: 'Production',
    ASPNETCORE_URLS: `http://127.0.0.1:${process.env.E2E_PORT}`,
    Data__Directory: data,
    Admin__UserName: process.env.E2E_ADMIN_USER,
    Admin__Password: process.env.E2E_ADMIN_PASSWORD,
    // All of the tests' shoppers come from one address.
    Accounts__SignInTriesPerMinute: '100000',
    Accounts__RegistrationsPerMinute: '100000',
  },
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => app.kill('SIGTERM'));
}

setInterval(() => {
  try {
    process.kill(Number(process.env.E2E_RUNNER), 0);
  } catch {
    app.kill('SIGTERM');
  }
}, 1_000);

app.on('exit', (code, signal) => {
  rmSync(data, { recursive: true, force: true });
  process.exit(code ?? (signal ? 1 : 0));
});
