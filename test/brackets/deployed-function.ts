import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateFunctionCommand, type LambdaClient } from '@aws-sdk/client-lambda';

/** Makes a Node function of one ES module that exports `handler`. Its zip file is made by Python, as ministack needs it. */
export async function deployFunction(
  client: LambdaClient,
  options: { name: string; module: string | Uint8Array; environment?: Record<string, string>; timeoutSeconds?: number },
): Promise<void> {
  await client.send(
    new CreateFunctionCommand({
      FunctionName: options.name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/any',
      Timeout: options.timeoutSeconds ?? 30,
      Environment: { Variables: options.environment ?? {} },
      Code: { ZipFile: await zipOf(options.module) },
    }),
  );
}

async function zipOf(module: string | Uint8Array): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'function-'));
  try {
    await writeFile(join(folder, 'index.mjs'), module);
    await promisify(execFile)('python3', ['-m', 'zipfile', '-c', 'code.zip', 'index.mjs'], { cwd: folder });
    return await readFile(join(folder, 'code.zip'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
