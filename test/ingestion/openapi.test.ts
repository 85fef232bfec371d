import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { apiDocument } from '../../ingestion/openapi/document.ts';

test('the checked-in document is the one that the schemas give (npm run openapi writes it)', async () => {
  const text = await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(apiDocument())));
});

test('every reference in the document leads somewhere', () => {
  const document = apiDocument();
  const schemas = (document.components as { schemas: Record<string, unknown> }).schemas;
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name ?? '',
  );
  expect(references.length).toBeGreaterThan(20);
  for (const name of references) expect(schemas).toHaveProperty([name]);
});
