/** Who wants to know of a page's life; each may come any number of times, since pages come back. */
export type PageFollower = {
  /** Hidden or left: it may never run again. */
  leave(): void;
  /** Visible again, or back from the back/forward cache. */
  wake(): void;
  /** The network is back. */
  online(): void;
};

/** Tells until the returned function is called. Without `unload`, which would keep the page out of the cache. */
export function followPage(follower: PageFollower): () => void {
  const stop = new AbortController();
  const on = (target: EventTarget, name: string, listener: () => void) =>
    target.addEventListener(name, listener, { signal: stop.signal });
  on(window, 'pagehide', () => follower.leave());
  on(window, 'pageshow', () => follower.wake());
  on(window, 'online', () => follower.online());
  on(document, 'visibilitychange', () => (document.hidden ? follower.leave() : follower.wake()));
  return () => stop.abort();
}
