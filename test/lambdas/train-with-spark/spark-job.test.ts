import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { jobEndOf, startSparkJob } from '../../../lambdas/train-with-spark/spark-job.ts';

const asked: { request: IncomingMessage; body: unknown }[] = [];
let status = 200;
const server = createServer(async (request, response) => {
  asked.push({ request, body: JSON.parse(await text(request)) });
  const refusal = { message: 'the application does not exist' };
  response
    .writeHead(status)
    .end(JSON.stringify(status === 200 ? { jobRunId: '00fjob', arn: 'arn', applicationId: 'app1' } : refusal));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'hunter2');
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const job = {
  applicationId: 'app1',
  executionRoleArn: 'arn:aws:iam::1:role/job',
  executionTimeoutMinutes: 360,
  entryPoint: 's3://assets/train.py',
  sparkSubmitParameters: '--conf a=b',
};

test('starts the job for one version, and no other one when it is asked again', async () => {
  expect(await startSparkJob(job, 'spark-1', 'arn:secret')).toBe('00fjob');
  const [{ request, body } = {}] = asked;
  expect(request).toMatchObject({ method: 'POST', url: '/applications/app1/jobruns' });
  expect(request?.headers.authorization).toMatch(/\/eu-central-1\/emr-serverless\/aws4_request/);
  expect(body).toEqual({
    clientToken: 'spark-1',
    name: 'spark-1',
    executionRoleArn: 'arn:aws:iam::1:role/job',
    executionTimeoutMinutes: 360,
    jobDriver: {
      sparkSubmit: {
        entryPoint: 's3://assets/train.py',
        entryPointArguments: ['spark-1'],
        sparkSubmitParameters: '--conf a=b --conf spark.emr-serverless.driverEnv.DATABASE_SECRET_ARN=arn:secret',
      },
    },
  });
});

test('says why EMR refuses', async () => {
  status = 404;
  await expect(startSparkJob(job, 'spark-2', 'arn:secret')).rejects.toThrow(
    'EMR Serverless refused the job with 404: {"message":"the application does not exist"}',
  );
});

test('tells the end of a job from the tick of the clock', () => {
  const event = (state: string) => ({
    'detail-type': 'EMR Serverless Job Run State Change',
    detail: { jobRunId: '00fjob', applicationId: 'app1', state, previousState: 'RUNNING' },
  });
  expect(jobEndOf(event('SUCCESS'))).toEqual({ jobRunId: '00fjob', state: 'SUCCESS' });
  expect(jobEndOf(event('RUNNING'))).toBeUndefined();
  expect(jobEndOf({})).toBeUndefined();
  expect(jobEndOf(undefined)).toBeUndefined();
});
