// A Redis of a test's own, which the test may kill.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { freePort } from './app.js';

export class Redis {
  readonly connectionString: string;
  readonly #directory = mkdtempSync(join(tmpdir(), 'seckill-e2e-redis-'));
  #process: ChildProcess | undefined;

  private constructor(private readonly port: number) {
    this.connectionString = `127.0.0.1:${port}`;
  }

  static async open(): Promise<Redis> {
    const redis = new Redis(await freePort());
    await redis.start();
    return redis;
  }

  /** On the same port and with what it had written down. */
  async start(): Promise<void> {
    const { port } = this;
    this.#process = spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--dir', this.#directory, '--appendonly', 'yes', '--save', ''],
      {
        stdio: 'ignore',
      },
    );
    const listens = (): Promise<boolean> =>
      new Promise(answer => {
        const probe = connect(port, '127.0.0.1', () => {
          answer(true);
        }).on('error', () => {
          answer(false);
        });
        probe.on('connect', () => probe.destroy());
      });
    await expect.poll(listens, { message: 'redis-server listens' }).toBe(true);
  }

  /** Takes what it is sent, and answers nothing. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  async kill(): Promise<void> {
    const redis = this.#process;
    if (redis?.exitCode === null && redis.signalCode === null) {
      const ended = once(redis, 'exit');
      redis.kill('SIGKILL');
      await ended;
    }
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
