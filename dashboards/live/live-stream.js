/** The server speaks once a second or so; silence that is longer means that nobody is there. */
const SILENCE_MS = 8_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * What the server sends about a visitor, for as long as the window is seen. Comes back by itself when the connection is
 * lost; `onState` is told `live`, `lost` or `paused`. `follow(visitor)` changes who it is about.
 */
export function createLiveStream(listeners, onState) {
  let visitor;
  let source;
  let silence;
  let retry;
  let pauseMs = FIRST_PAUSE_MS;

  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(lose, SILENCE_MS);
  };
  const close = () => {
    clearTimeout(silence);
    clearTimeout(retry);
    source?.close();
    source = undefined;
  };
  const open = () => {
    close();
    if (visitor === undefined || document.hidden) return;
    source = new EventSource(`/live?visitor=${encodeURIComponent(visitor)}`);
    heard();
    for (const [name, listener] of Object.entries(listeners))
      source.addEventListener(name, ({ data }) => {
        heard();
        pauseMs = FIRST_PAUSE_MS;
        onState('live');
        listener(JSON.parse(data));
      });
    source.addEventListener('error', lose);
  };
  const lose = () => {
    close();
    onState('lost');
    retry = setTimeout(open, pauseMs * (0.5 + Math.random() / 2));
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  };
  const see = () => {
    if (!document.hidden) return open();
    close();
    onState('paused');
  };
  document.addEventListener('visibilitychange', see);
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', ({ persisted }) => persisted && open());

  return {
    follow(id) {
      if (id === visitor) return;
      visitor = id;
      open();
    },
  };
}
