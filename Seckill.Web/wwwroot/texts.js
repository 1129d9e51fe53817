// What the modules say, in the language the server rendered the page in.
const texts = JSON.parse(document.getElementById('texts')?.dataset.texts ?? '{}');

export function text(name, ...values) {
  return (texts[name] ?? '').replace(/\{(\d)\}/g, (_, index) => values[index] ?? '');
}

// Changes words in place. Where Blazor rendered them it keeps the text node, and must find it again.
export function say(element, words) {
  if (!element) return;
  const node = element.firstChild;
  if (element.childNodes.length === 1 && node.nodeType === Node.TEXT_NODE) {
    if (node.nodeValue !== words) node.nodeValue = words;
  } else {
    element.textContent = words;
  }
}
