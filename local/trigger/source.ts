/** A record as any log gives it. Offsets are decimal text, as in Kafka. A tombstone has no value. */
export type SourceRecord = {
  topic: string;
  partition: number;
  offset: string;
  timestampMs: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: readonly { name: string; value: Buffer }[];
};

/** What one fetch brought of one partition. */
export type SourceBatch = {
  records: readonly SourceRecord[];
  /** Everything up to this record is done: a restart goes on behind it. */
  commit(record: SourceRecord): Promise<void>;
  /** Throws when the partition now belongs to somebody else; what is not committed comes again, there. */
  assertOwned(): void;
};

/** The side of a log that the trigger reads. */
export type LogSource = {
  /** Feeds `work` with a topic's batches, one at a time for each partition, until stopped. */
  consume(options: {
    group: string;
    topic: string;
    work: (batch: SourceBatch, signal: AbortSignal) => Promise<void>;
  }): Promise<{ stop(): Promise<void> }>;
};
