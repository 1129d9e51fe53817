// Runs the app for the tests with an empty data directory, and clears up behind it.
import { rmSync } from 'node:fs';
import { missing, newDataDirectory, startApp } from './app.js';

if (missing()) {
  console.error(missing());
  process.exit(1);
}

const data = newDataDirectory();
const app = startApp({ port: process.env.E2E_PORT, data, output: 'inherit' });

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
