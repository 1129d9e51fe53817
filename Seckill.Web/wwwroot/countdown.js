// Ticks every countdown on the page by the server's clock.
import { serverNow } from './clock.js';
import { text, say } from './texts.js';

const two = number => String(number).padStart(2, '0');

export function digits(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3_600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  if (days > 0) return `${days}${text('Unit_Day')} ${two(hours)}:${two(minutes)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

// Changes once a minute at most, so that reading it is not being interrupted by it.
function spoken(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  if (seconds >= 86_400) return text('Spoken_Days', Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24);
  if (seconds >= 3_600) return text('Spoken_Hours', Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60);
  return seconds >= 60 ? text('Spoken_Minutes', Math.floor(seconds / 60)) : text('Spoken_Seconds');
}

function tickOne(element, now) {
  const until = Date.parse(element.dataset.until ?? '');
  if (Number.isNaN(until)) return;
  say(element.querySelector('[data-countdown-digits]'), digits(until - now));
  say(element.querySelector('[data-countdown-spoken]'), spoken(until - now));
  if (element.hasAttribute('data-reload') && now >= until + 1_000 && !element.dataset.done) {
    element.dataset.done = 'true';
    location.reload();
  }
}

export function tick() {
  const now = serverNow();
  for (const element of document.querySelectorAll('[data-part=countdown]:not([hidden])')) tickOne(element, now);
}

/** Points a countdown at another moment, or hides it. */
export function setCountdown(element, until, label) {
  if (!element) return;
  element.hidden = until === null;
  if (until === null) return;
  element.dataset.until = new Date(until).toISOString();
  say(element.querySelector('[data-countdown-label]'), label);
  element.querySelector('[data-countdown-spoken]')?.setAttribute('aria-label', label);
}

// Just after each second of the server's clock.
function loop() {
  tick();
  setTimeout(loop, 1_005 - (serverNow() % 1_000));
}
loop();
document.addEventListener('clock', tick);
