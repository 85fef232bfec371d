import { ARN, evaluate } from './evaluate.ts';
import { resourcesOf, type StackName, type Synthesized } from './stack-template.ts';

type Statement = {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: string | string[];
  Condition?: unknown;
};
type PolicyDocument = { Statement: Statement[] };

/** What a role may do, as lines `action resource`, the resource without what all have in common. */
export type Permissions = { allowed: string[]; denied: string[]; managedPolicies: unknown[] };

/** What the functions of the app may do, by function name. */
export function functionPermissions(templates: Synthesized): Record<string, Permissions> {
  const functions = Object.values(resourcesOf(templates.app, 'AWS::Lambda::Function'));
  return Object.fromEntries(
    functions
      .filter(({ Properties }) => 'FunctionName' in Properties)
      .map(({ Properties: { FunctionName, Role } }) => {
        const [roleId = ''] = (Role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
        return [String(FunctionName), rolePermissions(templates, 'app', roleId)];
      }),
  );
}

/** What a role may do: by policies in it, and by those attached to it in its stack. */
export function rolePermissions(templates: Synthesized, stack: StackName, roleId: string): Permissions {
  const role = templates[stack].Resources[roleId]?.Properties ?? {};
  const inline = (role.Policies ?? []) as { PolicyDocument: PolicyDocument }[];
  const attached = Object.values(resourcesOf(templates[stack], 'AWS::IAM::Policy'))
    .map(({ Properties }) => Properties as { Roles: { Ref: string }[]; PolicyDocument: PolicyDocument })
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === roleId));
  const statements = [...inline, ...attached].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const evaluated = statements.map((statement) => evaluate(templates, stack, statement) as Statement);
  return {
    allowed: linesOf(evaluated, 'Allow'),
    denied: linesOf(evaluated, 'Deny'),
    managedPolicies: (role.ManagedPolicyArns ?? []) as unknown[],
  };
}

function linesOf(statements: readonly Statement[], effect: Statement['Effect']): string[] {
  return statements
    .filter(({ Effect }) => Effect === effect)
    .flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${shorten(resource)}`)),
    )
    .sort();
}

function shorten(resource: string): string {
  return resource.replace(new RegExp(`^arn:aws:[\\w-]+:(${ARN}:|::)`), '').replace(/-AbCdEf$/, '');
}
