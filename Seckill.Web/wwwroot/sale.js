// Keeps the sales on a page live: prices, units left, phases, the buttons, and the grab itself.
import { measure, serverNow } from './clock.js';
import { digits, setCountdown, tick } from './countdown.js';
import { Grab } from './grab.js';
import { Hub } from './hub.js';
import { localTime } from './times.js';
import { text, say } from './texts.js';

const money = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const mayBuy = ['upcoming', 'open', 'soldOutForNow', 'paused'];
const untilEnd = ['open', 'soldOutForNow', 'paused'];

// Milliseconds. So long after a click its second one may come, of whoever clicks everything twice: on this page, not on what the next one shows there.
const doubleClick = 300;

// What the server said, taken on to this moment: opening and end need no message to be on time.
function phaseAt(state, now) {
  if (state.phase === 'ended' || state.phase === 'soldOut') return state.phase;
  if (now >= Date.parse(state.endsAt)) return 'ended';
  if (state.phase === 'upcoming' && now >= Date.parse(state.opensAt)) return state.left > 0 ? 'open' : 'soldOutForNow';
  return state.phase;
}

class Sale {
  constructor(root) {
    this.root = root;
    this.productId = root.dataset.productId;
    this.state = root.dataset.state ? JSON.parse(root.dataset.state) : null;
    this.remaining = root.dataset.remaining === undefined ? null : Number(root.dataset.remaining);
    this.phase = null;
    this.saleId = this.state?.saleId ?? null;
    this.clickedAt = -doubleClick;
    if (root.hasAttribute('data-detail')) this.#prepare();
    this.render();
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  /** Takes a newer state; messages may overtake each other. */
  update(state) {
    if (!state || (this.state && Date.parse(state.serverTime) < Date.parse(this.state.serverTime))) return;
    this.state = state;
    this.render();
    if (this.saleId !== null && state.saleId !== this.saleId && this.remaining !== null) refresh(this);
    this.saleId = state.saleId;
  }

  /** Whatever changes with time only. */
  tick() {
    if (this.state && phaseAt(this.state, serverNow()) !== this.phase) this.render();
    else this.#button();
  }

  render() {
    const { state } = this;
    const phase = state ? phaseAt(state, serverNow()) : null;
    const changed = phase !== this.phase;
    this.phase = phase;
    if (changed) this.root.dataset.phase = phase ?? 'none';

    const badge = this.part('badge');
    badge.hidden = phase === null;
    if (phase) say(badge, text(`Phase_${phase}`));

    this.#price();
    this.#stock();
    const until = phase === 'upcoming' ? Date.parse(state.opensAt) : untilEnd.includes(phase) ? Date.parse(state.endsAt) : null;
    setCountdown(this.part('countdown'), until, text(phase === 'upcoming' ? 'Countdown_Opens' : 'Countdown_Ends'));

    // Being a live region, it speaks only when the phase changes.
    if (changed) say(this.part('sentence'), text(`Sentence_${phase ?? 'none'}`));
    this.#message();
    this.#dates();
    const form = this.part('form');
    if (form) form.hidden = !mayBuy.includes(phase);
    this.#button();
    tick();
  }

  #price() {
    const list = Number(this.root.dataset.listCents);
    const now = this.state ? Math.round(this.state.price * 100) : list;
    const off = list > now ? Math.floor(((list - now) * 100) / list) : 0;
    say(this.part('price'), `¥${money.format(now / 100)}`);
    for (const name of ['price-word', 'list-price', 'discount']) this.part(name).hidden = off === 0;
    if (off > 0) say(this.part('discount'), text('Price_Off', off));
  }

  #stock() {
    const stock = this.part('stock');
    if (!stock) return;
    const detail = this.root.hasAttribute('data-detail');
    stock.hidden = this.state === null || (detail ? this.phase === 'ended' : this.phase !== 'open');
    if (!this.state) return;
    const { left, units } = this.state;
    const part = units <= 0 || left <= 0 ? 0 : Math.min(100, Math.max(1, Math.floor((100 * left) / units)));
    const words = text('Stock_Words', left, units);
    const bar = stock.querySelector('[data-stock-bar]');
    bar.setAttribute('aria-valuemax', units);
    bar.setAttribute('aria-valuenow', left);
    bar.setAttribute('aria-valuetext', words);
    bar.style.setProperty('--part', `${part}%`);
    bar.toggleAttribute('data-low', part <= 20);
    say(stock.querySelector('[data-stock-words]'), words);
  }

  #message() {
    const message = this.part('message');
    if (!message) return;
    message.hidden = this.phase !== 'paused' || !this.state?.message;
    say(message, this.state?.message ?? '');
  }

  #dates() {
    const dates = this.part('dates');
    if (!dates || !this.state) return;
    dates.hidden = false;
    for (const [name, at] of [['opens', this.state.opensAt], ['ends', this.state.endsAt]]) {
      const time = this.part(name);
      time.setAttribute('datetime', at);
      localTime(time);
    }
  }

  #prepare() {
    const form = this.part('form');
    if (form?.tagName !== 'FORM') return;
    this.quantity = form.elements.quantity;
    this.grab = new Grab(this.productId, this.root.dataset.user, form.elements.key?.value, (state, data) => this.#show(state, data));
    form.addEventListener('submit', event => {
      event.preventDefault();
      this.clickedAt = performance.now();
      this.start(Number(this.quantity.value) || 1);
    });
    form.addEventListener('click', event => {
      const step = Number(event.target.closest('[data-step]')?.dataset.step ?? 0);
      if (step) this.#setQuantity(Number(this.quantity.value) + step);
    });
    this.quantity.addEventListener('change', () => this.#setQuantity(Number(this.quantity.value)));
    this.#setQuantity(Number(this.quantity.value));
    const taken = new URLSearchParams(location.search).get('seckill');
    if (taken) {
      history.replaceState(null, '', location.pathname);
      this.grab.follow(taken);
    }
    if (this.grab.pending) this.start(this.grab.pending.quantity);
  }

  async start(quantity) {
    if (this.grab.running) return;
    const running = this.grab.start(quantity);
    this.#button();
    await running;
    this.#button();
  }

  #setQuantity(wanted) {
    const most = Math.max(1, this.remaining ?? 1);
    this.quantity.max = most;
    this.quantity.readOnly = most <= 1;
    this.quantity.value = Math.min(most, Math.max(1, Math.floor(wanted) || 1));
    this.#button();
  }

  #button() {
    const button = this.part('grab');
    if (!button) return;
    const busy = this.grab?.running || this.leaving;
    const pending = this.grab?.pending;
    const reached = this.remaining !== null && this.remaining <= 0;
    const able = this.phase === 'open' && !reached;
    const label = busy ? text('Grab_Busy')
      : pending ? text('Grab_Again')
        : this.phase === 'upcoming' ? text('Grab_UpcomingIn', digits(Date.parse(this.state.opensAt) - serverNow()))
          : this.phase === 'soldOutForNow' ? text('Grab_SoldOutForNow')
            : this.phase === 'paused' ? text('Grab_Paused')
              : reached ? text('Grab_LimitReached')
                : text('Grab_Open');
    say(this.part('grab-label'), label);
    // An attempt whose outcome is unknown may always be asked about again.
    button.disabled = busy || !(able || pending);
    button.setAttribute('aria-busy', String(Boolean(busy)));
    // MudBlazor says disabled by a class as well.
    button.classList.toggle('mud-disabled', button.disabled);

    const fixed = busy || Boolean(pending) || reached;
    const value = Number(this.quantity.value);
    this.quantity.disabled = fixed;
    this.root.querySelector('[data-step="-1"]').disabled = fixed || value <= 1;
    this.root.querySelector('[data-step="1"]').disabled = fixed || value >= Number(this.quantity.max);
  }

  setAllowance(limit, held) {
    if (this.remaining === null) return;
    this.remaining = Math.max(0, limit - held);
    say(this.part('limit'), held > 0 ? text('Limit_Held', limit, held) : text('Limit', limit));
    this.part('mine').hidden = held === 0;
    this.#setQuantity(Number(this.quantity.value));
  }

  #show(state, data = {}) {
    const outcome = this.part('outcome');
    const waiting = Math.max(1, Math.ceil((data.retryAfter ?? 1_000) / 1_000));
    const words = {
      sending: () => text('Grab_Sending'),
      queued: () => text('Grab_Queued'),
      checking: () => text('Grab_Checking'),
      retrying: () => text('Grab_Retrying'),
      offline: () => text('Grab_Offline'),
      created: () => text('Grab_Created'),
      slowDown: () => data.message || text('Grab_SlowDown', waiting),
      notTaken: () => text('Grab_NotTaken'),
      notConfirmed: () => (data.reason && text(`Refused_${data.reason}`)) || text('Grab_NotConfirmed'),
      refused: () => data.message || text('Grab_Failed'),
      failed: () => data.message || text('Grab_Failed'),
      signIn: () => '',
    }[state]();
    outcome.dataset.kind = ['refused', 'failed', 'notTaken', 'notConfirmed', 'slowDown', 'offline'].includes(state) ? 'refused' : state === 'created' ? 'created' : 'busy';
    say(outcome, words);
    if (state === 'created') {
      this.leaving = true;
      setTimeout(() => location.assign(`/orders/${data.orderId}`), this.clickedAt + doubleClick - performance.now());
    } else if (state === 'signIn') {
      this.leaving = true;
      location.assign(`/sign-in?returnUrl=${encodeURIComponent(location.pathname)}`);
    } else if (state === 'refused' || state === 'notConfirmed') {
      refresh(this);
    }
  }
}

// The whole truth about one product, this shopper's limit included.
async function refresh(sale) {
  try {
    const response = await fetch(`/api/products/${sale.productId}`, { cache: 'no-store' });
    const { code, data } = await response.json();
    if (code !== 0) return;
    if (data.sale) sale.update({ ...data.sale, productId: sale.productId, serverTime: data.serverTime });
    if (data.limit !== undefined && data.limit !== null) sale.setAllowance(data.limit, data.held ?? 0);
  } catch {
    // The connection comes back by itself and brings the state with it.
  }
}

const sales = new Map([...document.querySelectorAll('[data-sale]')].map(root => [root.dataset.productId, new Sale(root)]));
const details = [...sales.values()].filter(sale => sale.root.hasAttribute('data-detail'));
const offline = document.querySelector('[data-part=offline]');
let connectedBefore = false;

const hub = new Hub('/hubs/sale', {
  SaleChanged: state => sales.get(state.productId)?.update(state),
  onOpen() {
    offline.hidden = true;
    for (const sale of sales.values()) {
      hub.invoke('Watch', sale.productId).then(state => sale.update(state)).catch(() => {});
    }
    if (connectedBefore) {
      measure();
      for (const sale of details) if (sale.remaining !== null) refresh(sale);
    }
    connectedBefore = true;
  },
  onLost(failures) {
    // A blink is not worth a word.
    if (failures > 1 || connectedBefore) offline.hidden = false;
    if (failures > 2) for (const sale of details) refresh(sale);
  },
});

measure();
hub.start();
addEventListener('pagehide', () => { offline.hidden = true; });
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') for (const sale of details) if (sale.remaining !== null) refresh(sale);
});
// Coming back by the back button finds the page as it was left, the button still busy.
addEventListener('pageshow', event => {
  if (event.persisted) location.reload();
});

// On the second, and at the very moment a sale opens or ends.
function loop() {
  const now = serverNow();
  for (const sale of sales.values()) sale.tick();
  let next = 1_000 - (now % 1_000);
  for (const { state } of sales.values()) {
    for (const at of state ? [Date.parse(state.opensAt), Date.parse(state.endsAt)] : []) {
      if (at > now) next = Math.min(next, at - now);
    }
  }
  setTimeout(loop, next + 1);
}
loop();
document.addEventListener('clock', () => { for (const sale of sales.values()) sale.tick(); });
