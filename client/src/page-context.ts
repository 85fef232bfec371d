/** The contract's bound for each. */
const MAX_CHARS = 2_000;

/** A page of a browser; neither Node nor a worker. */
export function isPage(): boolean {
  return typeof document !== 'undefined';
}

/**
 * Where the visitor is. Without query and fragment: shops put e-mail addresses and reset tokens there. The browser itself
 * tells the server its user agent.
 */
export function pageContext() {
  if (!isPage()) return {};
  const { language } = navigator;
  return { context: { page_url: cut(location.href), referrer: cut(document.referrer), locale: language || undefined } };
}

function cut(url: string): string | undefined {
  return url.replace(/[?#].*/s, '').slice(0, MAX_CHARS) || undefined;
}
