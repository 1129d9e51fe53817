// Shows points in time in the visitor's own time zone.

const formats = {
  minutes: new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' }),
  seconds: new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'medium' }),
};

export function localTime(element) {
  const at = Date.parse(element.getAttribute('datetime') ?? '');
  if (Number.isNaN(at)) return;
  const words = (formats[element.dataset.local] ?? formats.minutes).format(at);
  // In place, because Blazor keeps the text node it rendered.
  if (element.firstChild) element.firstChild.nodeValue = words;
  else element.textContent = words;
}

function localTimes(root) {
  if (root.matches?.('time[data-local]')) localTime(root);
  for (const element of root.querySelectorAll?.('time[data-local]') ?? []) localTime(element);
}

localTimes(document);
new MutationObserver(changes => {
  for (const change of changes) {
    if (change.type === 'attributes') localTimes(change.target);
    for (const node of change.addedNodes) localTimes(node);
  }
}).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['datetime'] });
