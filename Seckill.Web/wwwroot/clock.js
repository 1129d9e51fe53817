// The server's clock. The device's clock is never believed: it may be minutes off, and then somebody would grab too early or too late.

const rounds = 5;
const remeasureEvery = 5 * 60_000;

let offset = null; // server time in milliseconds minus performance.now()
let measuring = null;
let seenWall = Date.now();
let seenTick = performance.now();

// Until the first measurement: the time the page was rendered, which is late by the time it took to arrive.
const rendered = Date.parse(document.querySelector('[data-now]')?.dataset.now ?? '');
if (!Number.isNaN(rendered)) {
  const sent = performance.getEntriesByType('navigation')[0]?.responseStart ?? performance.now();
  offset = rendered - sent;
}

/** Milliseconds since 1970 by the server's clock. */
export function serverNow() {
  return offset === null ? Date.now() : performance.now() + offset;
}

/** Takes the best of several round trips: the shorter one was, the less can be wrong with it. */
export function measure() {
  measuring ??= measureOnce().finally(() => { measuring = null; });
  return measuring;
}

async function measureOnce() {
  let best = Infinity;
  let found = null;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    try {
      const response = await fetch('/api/time', { cache: 'no-store' });
      const { data } = await response.json();
      const end = performance.now();
      const server = Date.parse(data.serverTime);
      if (Number.isFinite(server) && end - start < best) {
        best = end - start;
        found = server + (end - start) / 2 - end;
      }
    } catch {
      break; // Away or too busy: what was measured before still holds.
    }
  }
  if (found !== null) offset = found;
  document.dispatchEvent(new CustomEvent('clock'));
}

// performance.now() may stand still while a device sleeps. Both clocks are compared only to notice that.
function checkForSleep() {
  const wall = Date.now();
  const tick = performance.now();
  const slept = Math.abs(wall - seenWall - (tick - seenTick)) > 1000;
  seenWall = wall;
  seenTick = tick;
  if (slept) measure();
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') measure();
});
window.addEventListener('pageshow', event => {
  if (event.persisted) measure();
});
setInterval(checkForSleep, 5_000);
setInterval(measure, remeasureEvery);
