import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { parseDocument } from 'yaml';

/** The file of the bundle that says where the views are; Superset asks for passwords under this name. */
export const DATABASE_FILE = 'databases/bazaarstream.yaml';

const SOURCES = new URL('../../dashboards/superset/bundle/', import.meta.url);
/** Superset drops the first folder of each path, whatever it is called. */
const FOLDER = 'bazaarstream';
/** The same sources and the same connection give the same bytes. The oldest year that a zip can say. */
const MODIFIED = '1980-01-01T12:00:00';

export type Bundle = { readonly zip: Uint8Array<ArrayBuffer> /** Of the connection. */; readonly databaseId: string };

/** The dashboard as a zip that Superset imports, on the database at this address (with a mask for its password). */
export async function packBundle(maskedUrl: string): Promise<Bundle> {
  const database = parseDocument(await readFile(new URL(DATABASE_FILE, SOURCES), 'utf8'));
  database.set('sqlalchemy_uri', maskedUrl);
  const files: Zippable = {};
  const names = globSync('**/*.yaml', { cwd: fileURLToPath(SOURCES) }).map((name) => name.replaceAll('\\', '/'));
  for (const name of names.sort()) {
    const text = name === DATABASE_FILE ? String(database) : await readFile(new URL(name, SOURCES), 'utf8');
    files[`${FOLDER}/${name}`] = strToU8(text);
  }
  return { zip: zipSync(files, { mtime: MODIFIED }), databaseId: String(database.get('uuid')) };
}
