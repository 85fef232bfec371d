import type { StackName, Synthesized } from './stack-template.ts';

/** What a resource waits for, by `stack.LogicalId`. */
export type DeployOrder = ReadonlyMap<string, ReadonlySet<string>>;

const STACKS = ['data', 'app'] as const;

/** The order in which CloudFormation makes the resources of both stacks: after all that they name or depend on. */
export function deployOrder(templates: Synthesized): DeployOrder {
  const order = new Map<string, Set<string>>();
  for (const stack of STACKS) {
    const wholeStacks = templates[stack].waitsFor.flatMap((other) => idsOf(templates, other));
    for (const [id, { DependsOn = [], ...rest }] of Object.entries(templates[stack].Resources)) {
      const stated = [DependsOn].flat().map((other) => `${stack}.${other}`);
      order.set(`${stack}.${id}`, new Set([...stated, ...namedBy(templates, stack, rest), ...wholeStacks]));
    }
  }
  return order;
}

/** Everything that stands before a resource is made. Its own name is among them only where the order is a circle. */
export function ancestorsOf(order: DeployOrder, id: string): Set<string> {
  const found = new Set<string>();
  const waiting = [...(order.get(id) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    waiting.push(...(order.get(next) ?? []));
  }
  return found;
}

function idsOf(templates: Synthesized, stack: StackName): string[] {
  return Object.keys(templates[stack].Resources).map((id) => `${stack}.${id}`);
}

/** The resources that an expression names. */
function namedBy(templates: Synthesized, stack: StackName, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((part) => namedBy(templates, stack, part));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]): string[] => {
    if (key === 'Fn::ImportValue') return exportedAs(templates, String(part));
    if (key === 'Ref' || key === 'Fn::GetAtt' || key === 'Fn::Sub')
      return namesIn(key, part).flatMap((id) => (id in templates[stack].Resources ? [`${stack}.${id}`] : []));
    return namedBy(templates, stack, part);
  });
}

function namesIn(key: 'Ref' | 'Fn::GetAtt' | 'Fn::Sub', part: unknown): string[] {
  if (key === 'Ref') return [String(part)];
  if (key === 'Fn::GetAtt') return [String((part as unknown[])[0])];
  return [...String(part).matchAll(/\$\{(\w+)/g)].map(([, id = '']) => id);
}

function exportedAs(templates: Synthesized, name: string): string[] {
  return STACKS.flatMap((stack) =>
    Object.values(templates[stack].Outputs ?? {})
      .filter(({ Export }) => Export?.Name === name)
      .flatMap(({ Value }) => namedBy(templates, stack, Value)),
  );
}
