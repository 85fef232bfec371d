/** All text goes in as text: what shoppers and shops send can never become markup. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name === 'class') node.className = value;
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value === 'boolean') node[name] = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** Replaces what is in a place without taking the focus from who is in it: the same `data-key` keeps it. */
export function refill(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement : undefined;
  const key = focused?.dataset.key;
  place.replaceChildren(...children.filter((child) => child !== undefined && child !== null && child !== false));
  if (focused === undefined || place.contains(document.activeElement)) return;
  const again = [...place.querySelectorAll('[data-key]')].find((node) => node.dataset.key === key);
  (again ?? place.querySelector('button, a, input, select') ?? place).focus({ preventScroll: true });
}

/** Says something to who listens to the page. One sentence at a time. */
export function announce(text) {
  byId('announcer').textContent = text;
}
