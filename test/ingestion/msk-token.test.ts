import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const SOURCE = new URL('../../ingestion/msk-token.ts', import.meta.url).href;
/** Two tokens by different credentials, and how often anything was asked over the network. */
const SCRIPT = `
  import dns from 'node:dns';
  import { Socket } from 'node:net';
  let asked = 0;
  const refuse = () => { asked += 1; throw new Error('no network'); };
  Object.assign(Socket.prototype, { connect: refuse });
  Object.assign(dns, { lookup: refuse });
  const { createMskToken } = await import(${JSON.stringify(SOURCE)});
  const createToken = createMskToken('eu-central-1');
  const first = await createToken();
  process.env.AWS_ACCESS_KEY_ID = 'AKIDSECOND';
  console.log(JSON.stringify({ first, second: await createToken(), asked }));
`;

test('signs for MSK with the credentials of the moment and asks nobody', async () => {
  const env = { AWS_ACCESS_KEY_ID: 'AKIDFIRST', AWS_SECRET_ACCESS_KEY: 'made-up', AWS_SESSION_TOKEN: 'session' };
  const args = ['--input-type=module', '--eval', SCRIPT];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  const { first, second, asked } = JSON.parse(stdout);
  const [url, next] = [first, second].map(({ token }) => new URL(Buffer.from(token, 'base64url').toString()));
  expect(`${url?.protocol}//${url?.host}${url?.pathname}`).toBe('https://kafka.eu-central-1.amazonaws.com/');
  expect(Object.fromEntries(url?.searchParams ?? [])).toMatchObject({
    Action: 'kafka-cluster:Connect',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Expires': '900',
    'X-Amz-Security-Token': 'session',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    'X-Amz-Credential': expect.stringMatching(/^AKIDFIRST\/\d{8}\/eu-central-1\/kafka-cluster\/aws4_request$/),
  });
  expect(next?.searchParams.get('X-Amz-Credential')).toMatch(/^AKIDSECOND\//);
  expect(asked).toBe(0);
});
