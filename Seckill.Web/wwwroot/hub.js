// A connection to the sale hub that keeps itself up. Speaks SignalR's JSON protocol over a WebSocket, the little of it that is needed.

const end = '\u001e';
const pingEvery = 15_000;
const silenceMeansLost = 35_000;

export class Hub {
  #url;
  #handlers;
  #socket = null;
  #calls = new Map();
  #nextCall = 1;
  #failures = 0;
  #timer = null;
  #pinger = null;
  #heardAt = 0;

  /** @param handlers onOpen(), onLost(failures), and one function for each message of the hub by its name. */
  constructor(path, handlers) {
    const url = new URL(path, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#url = url;
    this.#handlers = handlers;
  }

  start() {
    this.#connect();
    addEventListener('online', () => this.#hurry());
    addEventListener('pageshow', () => this.#hurry());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#hurry();
    });
    // A page in the back-forward cache must not hold a connection.
    addEventListener('pagehide', () => this.#socket?.close());
  }

  /** Calls a method of the hub; rejects when the connection ends before the answer. */
  invoke(target, ...args) {
    return new Promise((resolve, reject) => {
      const invocationId = String(this.#nextCall++);
      this.#calls.set(invocationId, { resolve, reject });
      this.#send({ type: 1, invocationId, target, arguments: args });
    });
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const socket = new WebSocket(this.#url);
    let shaken = false;
    this.#socket = socket;
    this.#heardAt = performance.now();

    socket.onopen = () => socket.send(JSON.stringify({ protocol: 'json', version: 1 }) + end);
    socket.onmessage = event => {
      if (this.#socket !== socket) return;
      this.#heardAt = performance.now();
      for (const part of String(event.data).split(end)) {
        if (part === '') continue;
        const message = JSON.parse(part);
        if (shaken) {
          this.#receive(message);
        } else if (message.error) {
          socket.close();
        } else {
          shaken = true;
          this.#failures = 0;
          this.#pinger = setInterval(() => this.#ping(), pingEvery);
          this.#handlers.onOpen();
        }
      }
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.#lost();
    };
  }

  #receive(message) {
    switch (message.type) {
      case 1:
        this.#handlers[message.target]?.(...message.arguments);
        break;
      case 3: {
        const call = this.#calls.get(message.invocationId);
        this.#calls.delete(message.invocationId);
        if (message.error) call?.reject(new Error(message.error));
        else call?.resolve(message.result);
        break;
      }
      case 7:
        this.#socket.close();
        break;
    }
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message) + end);
  }

  #ping() {
    if (performance.now() - this.#heardAt > silenceMeansLost) {
      const socket = this.#socket;
      this.#lost();
      socket.close();
    } else {
      this.#send({ type: 6 });
    }
  }

  #lost() {
    clearInterval(this.#pinger);
    this.#socket = null;
    for (const call of this.#calls.values()) call.reject(new Error('The connection was lost.'));
    this.#calls.clear();
    this.#failures++;
    this.#handlers.onLost(this.#failures);
    // When a server goes, thousands lose it together; they must not come back together.
    const most = Math.min(30_000, 1_000 * 2 ** Math.min(this.#failures, 5));
    this.#timer = setTimeout(() => this.#connect(), most * (0.25 + 0.75 * Math.random()));
  }

  #hurry() {
    if (this.#timer === null && this.#socket !== null) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), 500 * Math.random());
  }
}
