export type Resource = {
  Type: string;
  Properties: Record<string, unknown>;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
};
export type StackName = 'data' | 'app';

/** The template of a stack, and what the deploy is told of it beside. */
export type SynthesizedStack = {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>;
  isProtected: boolean;
  waitsFor: StackName[];
};
export type Synthesized = Record<StackName, SynthesizedStack>;

/** The resources of a type, by logical id. */
export function resourcesOf(stack: SynthesizedStack, type: string): Record<string, Resource> {
  return Object.fromEntries(Object.entries(stack.Resources).filter(([, resource]) => resource.Type === type));
}

/** The properties of the resources of a type. */
export function propertiesOf(stack: SynthesizedStack, type: string): Record<string, unknown>[] {
  return Object.values(resourcesOf(stack, type)).map(({ Properties }) => Properties);
}
