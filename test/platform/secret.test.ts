import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createSecretReader, writeSecret } from '../../platform/secret.ts';

type Answer = { status: number; body: unknown };

/** Answers as Secrets Manager does on the wire; what it does not answer it leaves open. */
let answer: () => Answer | undefined;
const asked: { headers: IncomingHttpHeaders; input: unknown }[] = [];
const server = createServer(async (request, response) => {
  asked.push({ headers: request.headers, input: JSON.parse(await text(request)) });
  const given = answer();
  if (given !== undefined) response.writeHead(given.status).end(JSON.stringify(given.body));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'hunter2');
  vi.stubEnv('AWS_SESSION_TOKEN', 'session');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked.length = 0;
  vi.useRealTimers();
});

const ARN = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:keys';
const holding = (SecretString: string) => () => ({ status: 200, body: { SecretString } });
const refusing = () => ({ status: 400, body: { __type: 'AccessDeniedException', Message: 'who holds hunter2?' } });
/** Moves the clock, and nothing that waits. */
const passMinutes = (minutes: number) => vi.useFakeTimers({ now: Date.now() + minutes * 60_000, toFake: ['Date'] });

test('asks with the credentials of the runtime, signed for the service and region', async () => {
  answer = holding('[]');
  expect(await createSecretReader(ARN)()).toBe('[]');
  const [request] = asked;
  expect(request?.input).toEqual({ SecretId: ARN });
  expect(request?.headers).toMatchObject({
    'x-amz-target': 'secretsmanager.GetSecretValue',
    'x-amz-security-token': 'session',
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/secretsmanager\//,
    ),
  });
});

test('remembers a value for a minute, and asks again for the newest on demand', async () => {
  const read = createSecretReader(ARN);
  answer = holding('old');
  await read();
  answer = holding('new');
  expect(await read()).toBe('old');
  expect(await read({ fresh: true })).toBe('new');
  expect(asked).toHaveLength(2);
  passMinutes(1.1);
  await read();
  expect(asked).toHaveLength(3);
});

test('goes on with the last value for an hour when the newest cannot be had, and not for longer', async () => {
  const read = createSecretReader(ARN);
  answer = holding('known');
  await read();
  answer = refusing;
  passMinutes(50);
  expect(await read()).toBe('known');
  passMinutes(20);
  await expect(read()).rejects.toThrow(/could not be read: GetSecretValue was answered with 400 AccessDenied/);
});

test('lets one caller wait for a service that hangs, and answers the others with the last value at once', async () => {
  const read = createSecretReader(ARN);
  answer = holding('known');
  await read();
  answer = () => undefined;
  passMinutes(2);
  for (let call = 0; call < 5; call += 1) expect(await read()).toBe('known');
  expect(asked).toHaveLength(2);
});

test('says what failed without repeating what was answered or who asked', async () => {
  answer = refusing;
  await expect(createSecretReader(ARN)()).rejects.toThrow(/^(?!.*hunter2)secret arn:\S+ could not be read/);
  await expect(writeSecret(ARN, 'hunter2')).rejects.toThrow(/^(?!.*hunter2)secret arn:\S+ could not be written/);
  answer = () => ({ status: 200, body: { SecretBinary: 'hunter2' } });
  await expect(createSecretReader(ARN)()).rejects.toThrow(/^(?!.*hunter2)/);
});

test('gives up on a service that does not answer, also when garbage is collected meanwhile', async () => {
  answer = () => undefined;
  setFlagsFromString('--expose-gc');
  const collecting = setInterval(runInNewContext('gc'), 50);
  await expect(createSecretReader(ARN)()).rejects.toThrow(/could not be read/);
  clearInterval(collecting);
});
