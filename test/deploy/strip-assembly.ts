/**
 * Takes out of a synthesized app what ministack cannot make, and puts literals where it was referred to.
 *
 *   node test/deploy/strip-assembly.ts cdk.out     # says what it removed
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type Removal, removals, rewrites, sameAttribute } from './ministack-limits.ts';

/** A resource that was taken out, as people find it in the template. */
export type Removed = { stack: string; type: string; id: string };

const stackSchema = z.object({ templateFile: z.string(), stackTemplateAssetObjectUrl: z.string() });
type StackProperties = z.output<typeof stackSchema>;
const artifactSchema = z.object({ type: z.string(), properties: z.unknown() });
const manifestSchema = z.object({ artifacts: z.record(z.string(), artifactSchema) });

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
});
const templateSchema = z.looseObject({ Resources: z.record(z.string(), resourceSchema) });
type Template = z.output<typeof templateSchema>;

/**
 * Strips every stack of the assembly, in place.
 *
 * @returns what it removed, in the order of the templates.
 * @throws Error when something that stays refers to what was removed, and no literal is known for it.
 */
export async function stripAssembly(folder: string): Promise<Removed[]> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const removed: Removed[] = [];
  const artifacts = Object.entries(manifest.artifacts);
  for (const [stack, artifact] of artifacts.filter(([, { type }]) => type === 'aws:cloudformation:stack')) {
    const properties = stackSchema.parse(artifact.properties);
    const stripped = stripTemplate(JSON.parse(await readFile(join(folder, properties.templateFile), 'utf8')));
    await replaceTemplate(folder, stack, properties, JSON.stringify(stripped.template, undefined, 1));
    removed.push(...stripped.removed.map((resource) => ({ stack, ...resource })));
  }
  return removed;
}

/** Templates are uploaded under a digest of what they hold, and not again under the same one. */
async function replaceTemplate(
  folder: string,
  stack: string,
  properties: StackProperties,
  text: string,
): Promise<void> {
  await writeFile(join(folder, properties.templateFile), text);
  const [digest = 'missing'] = /[0-9a-f]{64}/.exec(properties.stackTemplateAssetObjectUrl) ?? [];
  const newDigest = createHash('sha256').update(text).digest('hex');
  for (const name of ['manifest.json', `${stack}.assets.json`]) {
    const file = join(folder, name);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(digest, newDigest));
  }
}

type StrippedTemplate = { template: unknown; removed: Omit<Removed, 'stack'>[] };

function stripTemplate(input: unknown): StrippedTemplate {
  const template = templateSchema.parse(input);
  const gone = new Map<string, Removal>();
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    const rule = removals[Type];
    if (rule !== undefined && (rule.when?.(Properties) ?? true)) gone.set(id, rule);
  }
  const removed = [...gone.keys()].map((id) => ({ id, type: template.Resources[id]?.Type ?? '' }));
  const kept = Object.entries(template.Resources).filter(([id]) => !gone.has(id));
  const Resources = Object.fromEntries(
    kept.map(([id, { DependsOn = [], ...resource }]) => {
      const left = [DependsOn].flat().filter((other) => !gone.has(other));
      const Properties = rewrites[resource.Type]?.(resource.Properties) ?? resource.Properties;
      return [id, { ...resource, Properties, ...(left.length === 0 ? {} : { DependsOn: left }) }];
    }),
  );
  const replace = (reference: Reference) => replacementOf(reference, gone, template);
  return { template: replaceReferences({ ...template, Resources }, replace), removed };
}

/** What stands for a reference: a literal, when its resource is gone. */
function replacementOf({ id, attribute }: Reference, gone: ReadonlyMap<string, Removal>, template: Template): unknown {
  const removal = gone.get(id);
  if (removal === undefined) {
    const same = sameAttribute[template.Resources[id]?.Type ?? '']?.[attribute];
    return same === undefined ? undefined : { 'Fn::GetAtt': [id, same] };
  }
  const literal = removal.values?.[attribute];
  if (literal === undefined)
    throw new Error(`${id}.${attribute} is removed and still referred to; no literal is known`);
  return literal;
}

/** The same value with its references replaced. */
function replaceReferences(value: unknown, replace: (reference: Reference) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => replaceReferences(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  const reference = referenceIn(value);
  const replacement = reference === undefined ? undefined : replace(reference);
  if (replacement !== undefined) return replacement;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceReferences(item, replace)]));
}

type Reference = { id: string; attribute: string };
const getAttSchema = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const refSchema = z.strictObject({ Ref: z.string() });

function referenceIn(value: object): Reference | undefined {
  const attribute = getAttSchema.safeParse(value);
  if (attribute.success) return { id: attribute.data['Fn::GetAtt'][0], attribute: attribute.data['Fn::GetAtt'][1] };
  const ref = refSchema.safeParse(value);
  return ref.success ? { id: ref.data.Ref, attribute: 'Ref' } : undefined;
}

if (import.meta.main)
  for (const { stack, type, id } of await stripAssembly(process.argv[2] ?? 'cdk.out')) console.log(stack, type, id);
