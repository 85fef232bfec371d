/** What `npm run bench -- NAME` can run: the script, and what it shows. */
export const benchmarks: Readonly<Record<string, { script: string; shows: string }>> = {
  'cold-start': { script: 'start/cold-start.ts', shows: 'size of each bundle, and the time to import it' },
  cost: {
    script: 'cost/cost.ts',
    shows:
      'processor time and bytes of an event, and the monthly bill they make, beside what AWS publishes for its own',
  },
  dashboards: { script: 'dashboards/run.ts', shows: 'the BI views at 1, 10 and 50 million events, with their plans' },
  'end-to-end': {
    script: 'end-to-end/run.ts',
    shows: 'from POST to aggregate, BI view and recommendation, at several rates and batching windows',
  },
  growth: {
    script: 'topic-to-tables/growth.ts',
    shows: 'topic-to-tables by batch, partitions, consumers, size of the tables, and with a hot product',
  },
  'http-to-log': {
    script: 'ingestion/http-to-log.ts',
    shows:
      'from the request to Kafka (acks=all), beside a bare server and Fastify with zod: latency, rate, processor time',
  },
  recommendations: {
    script: 'recommendations/load.ts',
    shows: 'recommendations and freshness under load, beside a running system',
  },
  soak: {
    script: 'soak/soak.ts',
    shows: 'memory, open handles, connections and lag of a whole system over half an hour; fails when one grows',
  },
  start: {
    script: 'start/first-start.ts',
    shows: 'what a new user waits for: clone, install, start, the first recommendation; and each start after that',
  },
  'topic-to-tables': {
    script: 'topic-to-tables/topic-to-tables.ts',
    shows: 'from Kafka into all tables, beside COPY, Debezium and a tutorial: events a second, processor time',
  },
  training: { script: 'training/als-against-implicit.ts', shows: 'our ALS beside the Python library implicit' },
};
