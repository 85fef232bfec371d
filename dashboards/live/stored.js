/** What this browser keeps for the page. Where it keeps nothing (private windows, blocked storage), nothing is kept. */
export function readStored(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`bazaar-demo:${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function writeStored(name, value) {
  try {
    localStorage.setItem(`bazaar-demo:${name}`, JSON.stringify(value));
  } catch {
    // It is then gone with the window.
  }
}
