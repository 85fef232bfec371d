import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StageInput, StageName } from '../../platform/stage-settings.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What is deployed, and what deploys it. */
const PARTS = [
  ...['bin', 'dashboards', 'events', 'ingestion', 'lambdas', 'lib', 'ml', 'platform', 'repositories', 'sql'],
  ...['package.json', 'package-lock.json', 'tsconfig.json'],
];

/** A copy of the repository, whose user wrote these stages into cdk.json; its packages are this one's. */
export async function checkOut(folder: string, stages: Partial<Record<StageName, StageInput>>): Promise<void> {
  await mkdir(folder);
  await Promise.all(PARTS.map((part) => cp(join(ROOT, part), join(folder, part), { recursive: true })));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const settings = JSON.parse(await readFile(join(ROOT, 'cdk.json'), 'utf8')) as { context: object };
  const context = { ...settings.context, stages };
  await writeFile(join(folder, 'cdk.json'), JSON.stringify({ ...settings, context }));
}
