/**
 * Where stages are deployed to on this machine: ministack, which holds every function to its role, and a PostgreSQL of its
 * own, still empty, since a deploy sets passwords that count on the whole server.
 *
 *   const site = await startSite('site', { dev: { kind: 'kafka', … } });   // undefined where Python is missing
 *   await site.cdk.bootstrap('dev');
 *   await site.cdk.deploy('dev');
 *   await site.stop();
 */
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { startPostgres } from '../../local/engines/postgres.ts';
import { startNeonEndpoint } from '../../local/neon/endpoint.ts';
import type { StageInput, StageName } from '../../platform/stage-settings.ts';
import { type Ministack, startMinistack } from '../brackets/ministack.ts';
import { type Aws, connectAws } from './aws.ts';
import { type Cdk, createCdk } from './cdk.ts';
import { checkOut } from './checkout.ts';

export type Site = {
  ministack: Ministack;
  aws: Aws;
  cdk: Cdk;
  /** The folder that is deployed from. */
  checkout: string;
  /** Connection strings of the database's owner and of the superuser. */
  ownerUrl: string;
  adminUrl: string;
  stop(): Promise<void>;
};

const SDK = fileURLToPath(new URL('../../node_modules/@aws-sdk', import.meta.url));
const OWNER_SECRET = 'shop/database-owner';

/**
 * Starts all of it in a folder of the run's folder.
 *
 * @param kafka where the log of each stage is.
 * @param authorityFile an authority (PEM) that functions trust beside the public ones.
 */
export async function startSite(
  name: string,
  kafka: Partial<Record<StageName, NonNullable<StageInput['kafka']>>>,
  authorityFile?: string,
): Promise<Site | undefined> {
  const folder = join(inject('runFolder'), name);
  await mkdir(folder);
  const started = new AsyncDisposableStack();
  try {
    const ministack = await startMinistack({
      enforcesPermissions: true,
      functionsInherit: await runtimeEnvironment(folder, authorityFile),
    });
    if (ministack === undefined) return undefined;
    started.defer(ministack.stop);
    const postgres = await startPostgres({ folder: join(folder, 'postgres') });
    started.defer(postgres.stop);
    const neon = await startNeonEndpoint({ databaseUrl: postgres.url });
    started.defer(neon.close);
    const common = { neonEndpoint: new URL(neon.fetchEndpoint).origin, ownerSecretName: OWNER_SECRET };
    const checkout = join(folder, 'checkout');
    await checkOut(checkout, Object.fromEntries(Object.entries(kafka).map(([k, v]) => [k, { ...common, kafka: v }])));
    const aws = connectAws(ministack);
    await aws.createSecret(OWNER_SECRET, postgres.url);
    const all = started.move();
    return {
      ministack,
      aws,
      cdk: createCdk(checkout, ministack.env),
      checkout,
      ownerUrl: postgres.url,
      adminUrl: postgres.adminUrl,
      stop: () => all.disposeAsync(),
    };
  } finally {
    await started.disposeAsync();
  }
}

/** CDK's own functions find AWS's SDK beside Lambda's Node, by this path; ours bring all that they need. */
async function runtimeEnvironment(folder: string, authorityFile?: string): Promise<Record<string, string>> {
  const runtime = join(folder, 'runtime');
  await mkdir(runtime);
  await symlink(SDK, join(runtime, '@aws-sdk'));
  return { NODE_PATH: runtime, ...(authorityFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: authorityFile }) };
}
