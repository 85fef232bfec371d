/** Neon's hosts: `ep-name-123.region.aws.neon.tech`, and `ep-name-123-pooler.…` for the same database behind its pooler. */
const NEON_HOST = /\.neon\.(tech|build)$/;
const POOLER = '-pooler';

/** True when the database is Neon's own and speaks its protocol itself. */
export function isNeon(databaseUrl: string): boolean {
  return NEON_HOST.test(new URL(databaseUrl).hostname);
}

/** The host that keeps a session: what migrations, audit and training need. Other hosts than Neon's stay as they are. */
export function directUrl(databaseUrl: string): string {
  return withFirstLabel(databaseUrl, (label) => (label.endsWith(POOLER) ? label.slice(0, -POOLER.length) : label));
}

/** The host behind which many short requests share few connections. Other hosts than Neon's stay as they are. */
export function pooledUrl(databaseUrl: string): string {
  return withFirstLabel(databaseUrl, (label) => (label.endsWith(POOLER) ? label : label + POOLER));
}

function withFirstLabel(databaseUrl: string, change: (label: string) => string): string {
  if (!isNeon(databaseUrl)) return databaseUrl;
  const url = new URL(databaseUrl);
  const [first = '', ...rest] = url.hostname.split('.');
  url.hostname = [change(first), ...rest].join('.');
  return url.href;
}

/** The same server and database under another role. */
export function urlOfRole(databaseUrl: string, role: string, password: string): string {
  const url = new URL(databaseUrl);
  url.username = role;
  url.password = password;
  return url.href;
}
