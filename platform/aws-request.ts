import { AwsClient } from 'aws4fetch';
import * as z from 'zod';
import { readEnv } from './env.ts';

/** What the Lambda runtime sets, and the endpoint that AWS's own clients honour where it is given. */
const runtimeEnv = z.object({
  AWS_REGION: z.string().min(1),
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_SESSION_TOKEN: z.string().optional(),
  AWS_ENDPOINT_URL: z.url().optional(),
});

export type AwsRequest = {
  /** As in the service's host name. */
  service: string;
  /** Begins with a slash. */
  path: string;
  headers: Record<string, string>;
  body: object;
  timeoutMs: number;
};

/**
 * Posts JSON to a service of AWS, signed with what the function's role may do. Its own clients would double the size of a
 * bundle and the time to load it.
 *
 * @throws what `fetch` throws, and when there is no answer in time.
 */
export async function postToAws({ service, path, headers, body, timeoutMs }: AwsRequest): Promise<Response> {
  const env = readEnv(runtimeEnv);
  const client = new AwsClient({
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    ...(env.AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: env.AWS_SESSION_TOKEN }),
    service,
    region: env.AWS_REGION,
  });
  const origin = env.AWS_ENDPOINT_URL ?? originOf(service, env.AWS_REGION);
  const request = await client.sign(new URL(path, origin), { method: 'POST', headers, body: JSON.stringify(body) });
  // A signal inside of the signed request is lost when garbage is collected: seen here, it waited for ever.
  return fetch(request, { signal: AbortSignal.timeout(timeoutMs) });
}

function originOf(service: string, region: string): string {
  return `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
