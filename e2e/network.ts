// What can happen to a page's connection, brought about for real: requests wait, answers get lost, lines are cut.
import { expect, type BrowserContext, type Page, type WebSocket, type WebSocketRoute } from '@playwright/test';

export interface Held {
  /** The first of the requests has been sent. */
  asked: Promise<void>;
  letGo: () => void;
}

/** Keeps requests of a page from the server until they are let go. */
export async function hold(page: Page, what: string | RegExp): Promise<Held> {
  let ask: () => void = () => undefined;
  let letGo: () => void = () => undefined;
  const asked = new Promise<void>(resolve => (ask = resolve));
  const free = new Promise<void>(resolve => (letGo = resolve));
  await page.route(what, async route => {
    ask();
    await free;
    // The page may have left meanwhile.
    await route.continue().catch(() => undefined);
  });
  return { asked, letGo };
}

/** The server gets the next request, its answer never arrives. */
export async function loseAnswer(page: Page, what: string | RegExp): Promise<void> {
  await page.route(
    what,
    async route => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );
}

/** Opens an interactive page by what is done, and waits until its server answers clicks there: before that, they send plain forms. */
export async function interactive(page: Page, open: () => Promise<unknown>): Promise<void> {
  let rendered = false;
  const listen = (socket: WebSocket) => {
    if (socket.url().includes('/_blazor'))
      socket.on('framereceived', ({ payload }) => (rendered ||= payload.toString().includes('JS.RenderBatch')));
  };
  page.on('websocket', listen);
  await open();
  await expect.poll(() => rendered, { message: 'the server has drawn the page', timeout: 20_000 }).toBe(true);
  page.off('websocket', listen);
}

/** No network any more. The browser cuts it on another road than the page's requests take: the next one could still get through. */
export async function goOffline(context: BrowserContext): Promise<void> {
  await context.setOffline(true);
  for (const page of context.pages()) {
    const through = () =>
      page.evaluate(() =>
        fetch('/health/live', { cache: 'no-store' }).then(
          () => true,
          () => false,
        ),
      );
    await expect.poll(through, { message: 'nothing gets through any more' }).toBe(false);
  }
}

/** A slow line, like a phone's at the edge of its cell. */
export async function slowDown(page: Page): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  await browser.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 300,
    downloadThroughput: 150_000,
    uploadThroughput: 50_000,
  });
}

/** The line on which a page hears of its sale. Before the page is opened. */
export class LiveLine {
  private silent = false;
  private down = false;
  private lines: WebSocketRoute[] = [];

  static async of(page: Page): Promise<LiveLine> {
    const line = new LiveLine();
    await page.routeWebSocket(/\/hubs\/sale/, async socket => {
      if (line.down) {
        await socket.close();
        return;
      }
      line.lines.push(socket);
      const server = socket.connectToServer();
      server.onMessage(message => {
        if (!line.silent) socket.send(message);
      });
    });
    return line;
  }

  /** From now on the page hears nothing, and does not notice. */
  mute(): void {
    this.silent = true;
  }

  /** Ends the connection, and every new one at once. */
  async cut(): Promise<void> {
    this.down = true;
    for (const socket of this.lines.splice(0)) await socket.close();
  }

  mend(): void {
    this.down = false;
  }
}
