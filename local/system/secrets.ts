import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { hashKey, type keyEntrySchema } from '../../platform/http/keys.ts';
import { type RolePasswords, roleNames } from '../../repositories/roles.repository.ts';
import { readPrivateJson, writePrivateJson } from '../engines/private-file.ts';

const secretsSchema = z.object({
  keys: z.object({ pk: z.string(), sk: z.string(), ak: z.string() }),
  /** For `x-user-token`, which lets a page read its logged-in user's recommendations. */
  signingSecret: z.string(),
  /** By role; of fewer roles in a folder that an earlier version made. */
  passwords: z.record(z.string(), z.string()),
});
export type Secrets = Omit<z.output<typeof secretsSchema>, 'passwords'> & { passwords: RolePasswords };

/** The data folder's keys and passwords, made on first use and kept, readable by this user only. */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  const file = join(dataDir, 'secrets.json');
  const known = await readPrivateJson(file, secretsSchema);
  const secrets = {
    keys: known?.keys ?? { pk: `pk_${random()}`, sk: `sk_${random()}`, ak: `ak_${random()}` },
    signingSecret: known?.signingSecret ?? random(),
    passwords: { ...randomPasswords(), ...known?.passwords },
  };
  if (roleNames.some((role) => known?.passwords[role] === undefined)) await writePrivateJson(file, secrets);
  return secrets;
}

function randomPasswords(): RolePasswords {
  return {
    bazaar_writer: random(),
    bazaar_reader: random(),
    bazaar_bi: random(),
    bazaar_maintainer: random(),
    bazaar_catalogue: random(),
    bazaar_trainer: random(),
    bazaar_people: random(),
    bazaar_repairer: random(),
  };
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
