// A shop with a process of its own: for tests that stop it, start it again, or want it set up otherwise. No other test is in it.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { expect } from '@playwright/test';
import { freePort, newDataDirectory, startApp } from './app.js';

/** Settings of the app as environment variables, for instance Pages__MaxCircuits. */
export type Settings = Record<string, string>;

// Nobody is left behind when a worker goes.
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const app of running) app.kill('SIGKILL');
});

export class House {
  readonly address: string;
  readonly data = newDataDirectory();
  #app: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly settings: Settings,
  ) {
    this.address = `http://127.0.0.1:${port}`;
  }

  static async open(settings: Settings = {}): Promise<House> {
    const house = new House(await freePort(), settings);
    await house.start();
    return house;
  }

  /** On the same port and the same data as before. */
  async start(): Promise<void> {
    const { port, data, settings } = this;
    const app = startApp({ port, data, settings, output: process.env['E2E_SERVER_LOG'] ? 'inherit' : 'ignore' });
    this.#app = app;
    running.add(app);
    app.once('exit', () => running.delete(app));
    const ready = async (): Promise<number> => {
      if (app.exitCode !== null) throw new Error(`The shop ended with ${app.exitCode}. E2E_SERVER_LOG=1 shows what it said.`);
      return fetch(`${this.address}/health/ready`).then(
        answer => answer.status,
        () => 0,
      );
    };
    await expect.poll(ready, { message: 'the shop is ready', timeout: 30_000, intervals: [100] }).toBe(200);
  }

  /** As an operator does: what is under way is finished. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** As a power failure does. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const app = this.#app;
    this.#app = undefined;
    if (!app || app.exitCode !== null || app.signalCode !== null) return;
    const ended = once(app, 'exit');
    app.kill(signal);
    await ended;
  }
}
