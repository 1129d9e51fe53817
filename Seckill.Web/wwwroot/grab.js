// One attempt to grab, from the click until its outcome is known. It lives in the tab's storage with its idempotency key, so a reload, a
// lost connection or a second click goes on with the same attempt and never takes a second unit.

const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const jitter = milliseconds => milliseconds * (0.5 + Math.random());

// As late as the answer says, and then each page a little later in its own way: those who were turned away together do not come back together.
const later = (answer, pause) => wait((answer.retryAfter ?? 0) + jitter(pause));
const quickTries = 6;
const lookFor = 90_000;

export class Grab {
  #productId;
  #name;
  #show;
  #formKey;
  #running = false;

  /**
   * @param formKey the plain form's own key: a first click that came before this module was there and a second one after it are one attempt.
   * @param show called with (state, data): sending, queued, checking, retrying, offline, slowDown, created, signIn, refused, notTaken, notConfirmed, failed.
   */
  constructor(productId, userId, formKey, show) {
    this.#formKey = formKey;
    this.#productId = productId;
    this.#name = `grab:${userId}:${productId}`;
    this.#show = show;
  }

  get running() {
    return this.#running;
  }

  /** The attempt whose outcome is not known yet, if there is one. */
  get pending() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#name));
    } catch {
      return null;
    }
  }

  async start(quantity) {
    if (this.#running) return;
    this.#running = true;
    const attempt = this.pending ?? { key: this.#formKey || newKey(), quantity };
    this.#formKey = null;
    this.#keep(attempt);
    try {
      if (attempt.seckillId) await this.#follow(attempt);
      else await this.#send(attempt);
    } finally {
      this.#running = false;
    }
  }

  /** Goes on with what the plain form has taken. */
  follow(seckillId) {
    if (!this.pending) this.#keep({ key: newKey(), quantity: 1, seckillId });
  }

  resume() {
    const attempt = this.pending;
    return attempt ? this.start(attempt.quantity) : Promise.resolve();
  }

  async #send(attempt) {
    this.#show('sending');
    for (let tries = 1; ; tries++) {
      const answer = await ask('/api/seckill', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': attempt.key },
        body: JSON.stringify({ productId: this.#productId, quantity: attempt.quantity }),
      });
      const more = tries < quickTries;
      switch (answer.code) {
        case 0:
        case 50301:
          if (answer.data?.seckillId) {
            attempt.seckillId = answer.data.seckillId;
            this.#keep(attempt);
            return this.#follow(attempt, answer.code !== 0);
          }
          attempt.uncertain = true;
          if (!more) return this.#show('failed', answer);
          break;
        case 42900:
          // The throttle comes before everything else and says nothing about an earlier try of the same attempt.
          if (!attempt.uncertain) this.#forget();
          return this.#show('slowDown', answer);
        case 40100:
          if (!attempt.uncertain) this.#forget();
          return this.#show('signIn', answer);
        case 50300:
          if (!more) {
            if (!attempt.uncertain) this.#forget();
            return this.#show('notTaken', answer);
          }
          this.#show('retrying', answer);
          break;
        case undefined:
        case 50000:
          // It may have arrived or not. The key stays, so asking again takes nothing twice.
          attempt.uncertain = true;
          this.#keep(attempt);
          if (answer.code === 50000 && !more) return this.#show('failed', answer);
          this.#show(answer.code === undefined ? 'offline' : 'retrying', answer);
          if (!more) {
            await online(15_000);
          }
          break;
        default:
          this.#forget();
          return this.#show('refused', answer);
      }
      await later(answer, Math.min(8_000, 300 * 2 ** Math.min(tries, 5)));
    }
  }

  async #follow(attempt, doubtful = false) {
    this.#show(doubtful ? 'checking' : 'queued');
    const start = performance.now();
    let pause = 250;
    for (;;) {
      const answer = await ask(`/api/seckill/${attempt.seckillId}`);
      const long = performance.now() - start;
      if (answer.code === 0) {
        const { status, orderId } = answer.data;
        if (orderId) {
          this.#forget();
          return this.#show('created', answer.data);
        }
        if (status === 'refused') {
          this.#forget();
          return this.#show('notConfirmed', answer.data);
        }
        this.#show('queued');
      } else if (answer.code === 40100) {
        return this.#show('signIn', answer);
      } else if (answer.code === 40400) {
        this.#forget();
        return this.#show('notConfirmed', answer.data ?? {});
      } else if (answer.code === undefined) {
        this.#show('offline', answer);
      } else if (answer.code === 50300) {
        this.#show('checking', answer);
      }
      if (long > lookFor) return this.#show('failed', answer);
      await later(answer, pause);
      pause = Math.min(4_000, pause * 1.6);
    }
  }

  #keep(attempt) {
    try {
      sessionStorage.setItem(this.#name, JSON.stringify(attempt));
    } catch {
      // No storage: the attempt lives as long as the page.
    }
  }

  #forget() {
    try {
      sessionStorage.removeItem(this.#name);
    } catch {
      // Nothing was kept.
    }
  }
}

// Also where there is no secure context and so no crypto.randomUUID.
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

// The envelope, or {} when nobody answered in the API's words.
async function ask(url, options) {
  try {
    const response = await fetch(url, { cache: 'no-store', ...options, signal: AbortSignal.timeout(15_000) });
    const answer = await response.json();
    const seconds = Number(response.headers.get('Retry-After'));
    return { ...answer, retryAfter: seconds > 0 ? seconds * 1_000 : undefined };
  } catch {
    return {};
  }
}

function online(atMost) {
  return new Promise(resolve => {
    addEventListener('online', resolve, { once: true });
    setTimeout(resolve, jitter(atMost));
  });
}
