import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { hashKey, type keyEntrySchema } from '../../platform/http/keys.ts';
import { readPrivateJson, writePrivateJson } from '../engines/private-file.ts';

const secretsSchema = z.object({
  keys: z.object({ pk: z.string(), sk: z.string(), ak: z.string() }),
  /** For `x-user-token`, which lets a page read its logged-in user's recommendations. */
  signingSecret: z.string(),
  passwords: z.object({ bazaar_writer: z.string(), bazaar_reader: z.string(), bazaar_bi: z.string() }),
});
export type Secrets = z.output<typeof secretsSchema>;

/** The data folder's keys and passwords, made on first use and kept, readable by this user only. */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  const file = join(dataDir, 'secrets.json');
  const known = await readPrivateJson(file, secretsSchema);
  if (known !== undefined) return known;
  const secrets = {
    keys: { pk: `pk_${random()}`, sk: `sk_${random()}`, ak: `ak_${random()}` },
    signingSecret: random(),
    passwords: { bazaar_writer: random(), bazaar_reader: random(), bazaar_bi: random() },
  };
  await writePrivateJson(file, secrets);
  return secrets;
}

function random(): string {
  return randomBytes(24).toString('base64url');
}

/** The keys as the API knows them; the publishable one serves pages of the system itself. */
export function keyEntries({ keys }: Secrets, origins: readonly string[]): z.output<typeof keyEntrySchema>[] {
  return [
    { class: 'pk', source: 'web', hash: hashKey(keys.pk), origins: [...origins] },
    { class: 'sk', source: 'shop', hash: hashKey(keys.sk), origins: [] },
    { class: 'ak', source: 'admin', hash: hashKey(keys.ak), origins: [] },
  ];
}
