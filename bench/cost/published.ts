/**
 * What AWS publishes for its own guidance, Clickstream Analytics on AWS, in US dollars a month, us-east-1, on demand: its
 * implementation guide, page "Cost" (github.com/awslabs/clickstream-analytics-on-aws, docs/en/plan-deployment/cost.md,
 * revision 93f9f7f of 2024-08-01). Not measured by us, and not a bill.
 *
 * A request there is 2 kB compressed and holds 10 events.
 */
export const awsClickstream = {
  source: 'AWS, Clickstream Analytics on AWS, implementation guide, "Cost", revision of 2024-08-01',
  requestsPerSecond: 10,
  eventsPerRequest: 10,
  rows: [
    {
      what: 'ingestion into MSK (two m5.large) and on to S3: no tables',
      usd: 466.8,
      parts: { loadBalancer: 28.8, fargate: 18, msk: 417, s3: 3 },
    },
    {
      what: 'the same, and tables in Redshift renewed each hour',
      usd: 466.8 + 242.26,
      parts: { ingestion: 466.8, emr: 66.5, redshiftLoad: 172, redshiftMonthOfData: 3.4, s3: 0.36 },
    },
    {
      what: 'real time, 24 hours a day: Kinesis instead of MSK, Flink, Redshift; without the 49.8 of its ingestion',
      usd: 2214.4,
      parts: { kinesis: 207, redshift: 1844.4, flink: 163 },
    },
  ],
} as const;
