/** An event as a sender has it: complete, with the identity that every retry repeats. */
export type SentEvent = Record<string, unknown> & { event_id: string; type: string };

/**
 * The sender's side of the bargain: what it sent, and what the API said it took (202 and no verdict against it). Beside it
 * what was put into a topic past the API and can only become a dead letter.
 */
export class Ledger {
  readonly sent = new Map<string, SentEvent>();
  readonly acknowledged = new Set<string>();
  readonly rejected = new Map<string, string>();
  /** By event: when its batch was said to be sent, where the sender says so. */
  readonly sentAt = new Map<string, string>();
  /** By event that was put into the log past the API: when it was received. */
  readonly receivedAt = new Map<string, string>();
  /** Events whose raw rows may be dropped; their aggregates stay. */
  readonly expired = new Set<string>();
  /** `topic-partition-offset` of records that are no events. */
  readonly poison = new Set<string>();
  /** When the last request that was acknowledged began, in milliseconds since 1970. */
  lastAcknowledgedStart = 0;
  /** Events of batches that were sent once more after they had been acknowledged. */
  repeated = 0;
  /** Batches that were never answered: of these nothing is promised. */
  unanswered = 0;

  send(events: readonly SentEvent[], sentAt?: string): void {
    for (const event of events) {
      this.sent.set(event.event_id, event);
      if (sentAt !== undefined) this.sentAt.set(event.event_id, sentAt);
    }
  }

  acknowledge(
    events: readonly SentEvent[],
    rejected: readonly { index: number; code: string }[],
    startedMs: number,
  ): void {
    const refused = new Map(rejected.map(({ index, code }) => [index, code]));
    for (const [index, { event_id }] of events.entries()) {
      const code = refused.get(index);
      if (code === undefined) this.acknowledged.add(event_id);
      else this.rejected.set(event_id, code);
    }
    this.lastAcknowledgedStart = Math.max(this.lastAcknowledgedStart, startedMs);
  }
}
