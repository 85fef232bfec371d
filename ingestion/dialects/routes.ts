import type { MiddlewareHandler } from 'hono';
import { answerPreflight, requireKey } from '../../platform/http/access.ts';
import { type ErrorLog, type HttpApp, type HttpVariables, refuseOtherMethods } from '../../platform/http/app.ts';
import type { CallerOf } from '../../platform/http/caller.ts';
import { readForeignBody } from '../read-body.ts';
import { type Receive, refusal } from '../receive.ts';
import type { Verdict } from '../verdict.ts';
import { type Dialect, dialects } from './dialect.ts';
import { type Draft, type Note, senderPath, type Translation } from './translation.ts';

export type DialectLog = ErrorLog & { warn(message: string, fields: Record<string, unknown>): void };

export type DialectOptions = {
  receive: Receive;
  rateLimit: MiddlewareHandler<HttpVariables>;
  callerOf: CallerOf;
  settings: { pinnedOrigins: ReadonlySet<string>; defaultCurrencies?: Readonly<Record<string, string>> };
  log: DialectLog;
};

type Placed = { index: number; draft: Draft };
/** What was done to an event that was accepted, and where its entry stood. */
type Warning = Note & { index: number };

/** The routes of the protocols that others invented. What they carry goes the way of `POST /events`, verdicts and all. */
export function addDialectRoutes(app: HttpApp, options: DialectOptions): void {
  const { callerOf, rateLimit, settings } = options;
  for (const dialect of dialects) {
    const { path, keyPlaces } = dialect;
    app.options(path, answerPreflight(settings.pinnedOrigins, 'POST'));
    app.post(path, requireKey(callerOf, ['pk', 'sk'], keyPlaces), rateLimit, async (context) => {
      const body = await readForeignBody(context.req.raw);
      const caller = context.get('caller');
      const defaults = settings.defaultCurrencies ?? {};
      const fallback = Object.hasOwn(defaults, caller.source) ? defaults[caller.source] : undefined;
      const translations = dialect.translate(body, fallback);
      const placed = placedDrafts(translations);
      const refused = refusedEntries(translations);
      const ignored = translations.filter(({ kind }) => kind === 'ignored').length;
      const submissions = placed.map(({ draft }) => draft);
      const batch = await options.receive(context.req.raw, caller, submissions, { ignored, refused: refused.length });
      const judged = batch.rejected.map((verdict) => inTheirNames(verdict, placed, dialect));
      const rejected = [...refused, ...judged].sort((a, b) => a.index - b.index);
      const members = { ignored, warnings: warningsOf(placed, batch.rejected, dialect) };
      logRefusals(rejected, { path, source: caller.source }, options.log);
      if (batch.records.length === 0 && rejected.length > 0) throw refusal(rejected, members);
      return context.json({ ...dialect.members, accepted: batch.records.length, rejected, ...members }, 200);
    });
    refuseOtherMethods(app, path, 'POST, OPTIONS');
  }
}

function placedDrafts(translations: readonly Translation[]): Placed[] {
  return translations.flatMap((each, index) =>
    each.kind === 'events' ? each.drafts.map((draft) => ({ index, draft })) : [],
  );
}

function refusedEntries(translations: readonly Translation[]): Verdict[] {
  return translations.flatMap((each, index) => {
    if (each.kind !== 'refused') return [];
    const { code, message, path } = each;
    return [{ index, event_id: null, code, message, path }];
  });
}

/** The verdict on a draft as one on its entry. */
function inTheirNames(verdict: Verdict, placed: readonly Placed[], { names }: Dialect): Verdict {
  const { index = verdict.index, draft } = placed[verdict.index] ?? {};
  return { ...verdict, index, path: senderPath(verdict.path, names, draft?.at) };
}

/** What was done to events that were accepted; of the lines of an order, the first to which something was done. */
function warningsOf(placed: readonly Placed[], rejected: readonly Verdict[], { names }: Dialect): Warning[] {
  const gone = new Set(rejected.map(({ index }) => index));
  return placed.flatMap(({ index, draft }, place) => {
    if (gone.has(place)) return [];
    const kinds = draft.notes.map(({ code, path }) => `${code} ${withoutPlaces(path)}`);
    const first = draft.notes.filter((_, at) => kinds.indexOf(kinds[at] ?? '') === at);
    return first.map(({ code, message, path }) => ({ index, code, message, path: senderPath(path, names, draft.at) }));
  });
}

function withoutPlaces(path: string): string {
  return path.replaceAll(/\d+/g, 'N');
}

/** Such clients do not read what they are answered, so that it stands in the log too: what was refused, never of whom. */
function logRefusals(rejected: readonly Verdict[], fields: { path: string; source: string }, log: DialectLog): void {
  if (rejected.length === 0) return;
  const reasons: Record<string, number> = {};
  for (const { code, path } of rejected) {
    const reason = `${code} ${withoutPlaces(path)}`.trim();
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  log.warn('events were refused', { ...fields, reasons });
}
