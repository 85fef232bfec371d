import * as z from 'zod';
import { postToAws } from '../../platform/aws-request.ts';
import { BazaarError } from '../../platform/errors.ts';

/** The job as it is deployed (`lib/training/emr-serverless.ts`). */
export const sparkJobSchema = z.strictObject({
  applicationId: z.string().min(1),
  executionRoleArn: z.string().min(1),
  executionTimeoutMinutes: z.int().positive(),
  entryPoint: z.string().min(1),
  sparkSubmitParameters: z.string(),
});
export type SparkJob = z.output<typeof sparkJobSchema>;

const REQUEST_TIMEOUT_MS = 10_000;
const answerSchema = z.object({ jobRunId: z.string() });

/**
 * Starts the job on EMR Serverless and returns the id of its run; asked again for the same version, it starts no other one.
 *
 * @param secretArn where the job finds the database.
 * @throws BazaarError (`training_failed`) when EMR refuses; what the network throws.
 */
export async function startSparkJob(job: SparkJob, modelVersion: string, secretArn: string): Promise<string> {
  const secret = `--conf spark.emr-serverless.driverEnv.DATABASE_SECRET_ARN=${secretArn}`;
  const response = await postToAws({
    service: 'emr-serverless',
    path: `/applications/${job.applicationId}/jobruns`,
    headers: { 'content-type': 'application/json' },
    body: {
      clientToken: modelVersion,
      name: modelVersion,
      executionRoleArn: job.executionRoleArn,
      executionTimeoutMinutes: job.executionTimeoutMinutes,
      jobDriver: {
        sparkSubmit: {
          entryPoint: job.entryPoint,
          entryPointArguments: [modelVersion],
          sparkSubmitParameters: `${job.sparkSubmitParameters} ${secret}`,
        },
      },
    },
    timeoutMs: REQUEST_TIMEOUT_MS,
  });
  if (!response.ok)
    throw new BazaarError(
      'training_failed',
      `EMR Serverless refused the job with ${response.status}: ${await response.text()}`,
    );
  return answerSchema.parse(await response.json()).jobRunId;
}

/** What EventBridge tells of a job that is over. */
const jobEndedSchema = z.object({
  'detail-type': z.literal('EMR Serverless Job Run State Change'),
  detail: z.object({ jobRunId: z.string(), state: z.enum(['SUCCESS', 'FAILED', 'CANCELLED']) }),
});
export type JobEnd = z.output<typeof jobEndedSchema>['detail'];

/** The end of a job that an event tells of; undefined for any other event. */
export function jobEndOf(event: unknown): JobEnd | undefined {
  const parsed = jobEndedSchema.safeParse(event);
  return parsed.success ? parsed.data.detail : undefined;
}
