// Every page: local times, countdowns, presses of buttons, and the dialog that Blazor shows when a page's circuit is away.
import './times.js';
import './countdown.js';
import { measure } from './clock.js';

if (document.querySelector('[data-part=countdown]')) measure();
if (document.querySelector('[data-sale]')) import('./sale.js');

// The server no longer knows this page, after its restart for instance. Whatever the page shows is in the ledger: load it anew.
document.getElementById('components-reconnect-modal')?.addEventListener('components-reconnect-state-changed', event => {
  if (event.detail.state === 'rejected') location.reload();
});

document.addEventListener('click', async event => {
  const button = event.target.closest?.('[data-reconnect], [data-reload]:is(button)');
  if (!button) return;
  if (button.hasAttribute('data-reload')) {
    location.reload();
    return;
  }
  try {
    // False: the server is there and no longer knows this page.
    if (!(await window.Blazor.reconnect())) location.reload();
  } catch {
    // Still away; the dialog stays.
  }
});

// When a page's circuit is there, Blazor draws the page anew. A mouse that was pressed on a button before and is let go on the new one
// would have clicked on neither. A finger's click is decided when it leaves, and is not lost.
let pressed = null;
document.addEventListener('pointerdown', event => {
  pressed = event.pointerType === 'mouse' && event.button === 0 ? event.target.closest?.('a, button') : null;
}, true);
document.addEventListener('pointerup', event => {
  const drawnAnew = pressed && !pressed.isConnected ? event.target.closest?.('a, button') : null;
  if (drawnAnew && meaningOf(drawnAnew) === meaningOf(pressed)) drawnAnew.click();
  pressed = null;
}, true);

// Where it leads and what it says: nobody meant another order's button that has moved below the mouse.
function meaningOf(button) {
  return `${button.href ?? button.form?.action} ${button.getAttribute('aria-label') ?? button.textContent}`;
}
