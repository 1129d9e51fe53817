// A shop of a test's own over a Redis of its own, which the test may kill.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class OwnShop {
  readonly url: string;
  readonly #port: number;
  readonly #redisPort: number;
  readonly #directory = mkdtempSync(join(tmpdir(), 'seckill-e2e-redis-'));
  #redis: ChildProcess | undefined;
  #app: ChildProcess | undefined;

  private constructor(port: number, redisPort: number) {
    this.#port = port;
    this.#redisPort = redisPort;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<OwnShop> {
    const shop = new OwnShop(await freePort(), await freePort());
    shop.startRedis();
    // The app wants to find its store; it is started again until it does.
    for (;;) {
      const app = spawn('node', ['server.js'], {
        cwd: import.meta.dirname,
        stdio: 'ignore',
        env: { ...process.env, E2E_PORT: String(shop.#port), ConnectionStrings__Redis: `127.0.0.1:${shop.#redisPort}` },
      });
      shop.#app = app;
      while (app.exitCode === null) {
        if (await shop.isReady()) return shop;
        await new Promise(resolve => setTimeout(resolve, 100));
      }
    }
  }

  startRedis(): void {
    const { port, directory } = { port: String(this.#redisPort), directory: this.#directory };
    this.#redis = spawn('redis-server', ['--port', port, '--bind', '127.0.0.1', '--dir', directory, '--appendonly', 'yes', '--save', ''], {
      stdio: 'ignore',
    });
  }

  async killRedis(): Promise<void> {
    const redis = this.#redis;
    if (redis?.exitCode === null && redis.signalCode === null) {
      redis.kill('SIGKILL');
      await once(redis, 'exit');
    }
  }

  async stop(): Promise<void> {
    const app = this.#app;
    if (app?.exitCode === null) {
      app.kill('SIGTERM');
      await once(app, 'exit');
    }
    await this.killRedis();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health/ready`)).ok;
    } catch {
      return false;
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(listening => probe.listen(0, '127.0.0.1', listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise(closed => probe.close(closed));
  return port;
}
