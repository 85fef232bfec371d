import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { apiDocument } from '../../ingestion/openapi/document.ts';

/** `npm run openapi`: writes the API document that is checked in. */
const file = new URL('../../docs/openapi.json', import.meta.url);
await writeFile(file, `${JSON.stringify(apiDocument(), null, 2)}\n`);
console.log(`wrote ${fileURLToPath(file)}`);
