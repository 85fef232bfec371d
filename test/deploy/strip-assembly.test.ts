import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stripAssembly } from './strip-assembly.ts';

const DIGEST = 'a'.repeat(64);

/** An assembly of one stack with these resources, as far as stripping looks at it. */
async function assemblyOf(Resources: Record<string, unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assembly-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const properties = { templateFile: 'App.template.json', stackTemplateAssetObjectUrl: `s3://assets/${DIGEST}.json` };
  const artifacts = { App: { type: 'aws:cloudformation:stack', properties } };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
  await writeFile(join(folder, 'App.assets.json'), JSON.stringify({ files: { [DIGEST]: {} } }));
  await writeFile(join(folder, 'App.template.json'), JSON.stringify({ Resources }));
  return folder;
}

const read = async (folder: string, name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));
const topic = { Type: 'AWS::MSK::Topic', Properties: { ClusterArn: { 'Fn::GetAtt': ['Cluster', 'Arn'] } } };

test('puts literals where a removed resource was referred to, and uploads the template anew', async () => {
  const reader = {
    Type: 'AWS::Lambda::Function',
    Properties: { Arn: { Ref: 'Cluster' } },
    DependsOn: ['Topic', 'Role'],
  };
  const folder = await assemblyOf({ Cluster: { Type: 'AWS::MSK::Cluster' }, Topic: topic, Reader: reader });
  const removed = await stripAssembly(folder);
  expect(removed.map(({ id }) => id)).toEqual(['Cluster', 'Topic']);
  const { Resources } = await read(folder, 'App.template.json');
  const Arn = expect.stringMatching(/^arn:aws:kafka:/);
  expect(Resources).toEqual({ Reader: { ...reader, Properties: { Arn }, DependsOn: ['Role'] } });
  const [digest = ''] = Object.keys((await read(folder, 'App.assets.json')).files);
  expect(digest).not.toBe(DIGEST);
  expect(JSON.stringify(await read(folder, 'manifest.json'))).toContain(`/${digest}.json`);
});

test('refuses to leave a reference to what it removed without a value for it', async () => {
  const folder = await assemblyOf({
    Topic: topic,
    Reader: { Type: 'AWS::SNS::Topic', Properties: { Name: { Ref: 'Topic' } } },
  });
  await expect(stripAssembly(folder)).rejects.toThrow('Topic.Ref is removed and still referred to');
});
