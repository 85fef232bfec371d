import { type Session, withSession } from '../../repositories/neon-database.ts';

/** Opens two sessions, as many as the machine that this is meant for has cores, and closes them whatever happens. */
export function withTwoSessions<T>(url: string, work: (sessions: [Session, Session]) => Promise<T>): Promise<T> {
  return withSession(url, (first) => withSession(url, (second) => work([first, second])));
}
