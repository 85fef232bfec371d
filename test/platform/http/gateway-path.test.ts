import { Hono } from 'hono';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { expect, test } from 'vitest';
import { escapedPath } from '../../../platform/http/gateway-path.ts';

const app = new Hono().get('/users/:id', (context) => context.text(context.req.param('id')));

/** The id that the app reads when API Gateway hands over this path, which it has decoded. */
async function idIn(rawPath: string): Promise<string> {
  const requestContext = { http: { method: 'GET' }, domainName: 'api.example' };
  const event = { version: '2.0', rawPath: escapedPath(rawPath), rawQueryString: '', headers: {}, requestContext };
  return (await handle(app)(event as unknown as LambdaEvent)).body;
}

test.each(['ada', 'a b', 'a#b', 'a?b', 'a\\b', '50%', '100%!', 'ü', 'a+b', 'a&b=c', '😀'])(
  'an id is read whole: %s',
  async (id) => expect(await idIn(`/users/${id}`)).toBe(id),
);

test('an escaped percent sign, which the gateway leaves escaped, is read as one', async () => {
  expect(await idIn('/users/50%25')).toBe('50%');
});
