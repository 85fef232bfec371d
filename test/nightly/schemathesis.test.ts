import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type LocalApi, openLocalApi } from '../brackets/local-api.ts';
import { schemathesisPython } from '../brackets/schemathesis.ts';

/** What its command does; scripts of a moved environment name the folder in which they were made. */
const SCHEMATHESIS = 'import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())';
/** Keys are what the matrix is for (key-matrix.test.ts): of two keys in a request the one in `x-api-key` counts. */
const CHECKS = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_headers_conformance'],
  ...['response_schema_conformance', 'unsupported_method', 'allow_header_conformance'],
];
/** Seconds for each key; what was found once stays found by the seed. */
const BUDGET_SECONDS = 40;
const TIMEOUT_MS = 300_000;

const python = await schemathesisPython();
let api: LocalApi;
beforeAll(async () => {
  api = await openLocalApi();
  // Something to find: a list that names no product leads nowhere.
  const view = (user_id: string, product_id: string) => ({ type: 'product_view', user_id, product_id });
  const body = JSON.stringify({
    events: ['ada', 'bob', 'eve'].flatMap((user) => [view(user, 'tea'), view(user, 'cup')]),
  });
  const headers = { 'x-api-key': api.keys.sk, 'content-type': 'application/json' };
  await fetch(`${api.url}/events`, { method: 'POST', headers, body });
  await api.stored();
});
afterAll(() => api.close());

describe.skipIf(python === undefined)('schemathesis, from the API document alone', () => {
  test.each(['sk', 'pk', 'ak'] as const)(
    'finds no answer under a key of class %s that is undocumented or our fault',
    async (keyClass) => {
      const args = [
        ...[
          '-c',
          SCHEMATHESIS,
          'run',
          `${api.url}/openapi.json`,
          '--url',
          api.url,
          '-H',
          `x-api-key: ${api.keys[keyClass]}`,
        ],
        ...['--phases', 'examples,coverage,fuzzing,stateful', '--mode', 'all', '--checks', CHECKS.join(',')],
        ...[
          '--max-time',
          String(BUDGET_SECONDS),
          '--seed',
          '1',
          '--continue-on-failure',
          '--no-color',
          '--warnings',
          'off',
        ],
      ];
      const failed = (error: { code: number; stdout: string; stderr: string }) => error;
      const done = await promisify(execFile)(python ?? '', args, {
        cwd: inject('runFolder'),
        maxBuffer: 64 * 1024 * 1024,
      }).catch(failed);
      const { code, stdout } = { code: 0, ...done };
      expect(code, stdout).toBe(0);
      expect(stdout).toMatch(/✅\s+Stateful/);
    },
    TIMEOUT_MS,
  );
});
