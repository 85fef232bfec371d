import type { Resource, StackName, Synthesized } from './stack-template.ts';

/** Where the imagined stage is deployed. */
const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '111122223333',
  'AWS::URLSuffix': 'amazonaws.com',
};
export const ARN = 'eu-west-1:111122223333';

type Expression = Readonly<Record<string, unknown>>;

/**
 * What CloudFormation would make of an expression in a stack. Ids that AWS makes up stand as `<LogicalId>` or
 * `<LogicalId.Attribute>`, but for ARNs of which others are made.
 */
export function evaluate(templates: Synthesized, stack: StackName, value: unknown): unknown {
  const inner = (part: unknown) => evaluate(templates, stack, part);
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = ['', undefined], ...more] = Object.entries(value);
  const intrinsic = more.length === 0 ? intrinsics[name] : undefined;
  if (intrinsic !== undefined) return intrinsic(argument, { templates, stack, inner });
  return Object.fromEntries(Object.entries(value as Expression).map(([key, part]) => [key, inner(part)]));
}

type Scope = { templates: Synthesized; stack: StackName; inner: (part: unknown) => unknown };

const intrinsics: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  Ref: (id, scope) => pseudoParameters[String(id)] ?? attribute(scope, String(id), 'Ref'),
  'Fn::GetAtt': (path, scope) => {
    const [id = '', ...names] = path as string[];
    return attribute(scope, id, names.join('.'));
  },
  'Fn::Join': (argument, { inner }) => {
    const [separator, parts] = argument as [string, unknown];
    return (inner(parts) as string[]).join(separator);
  },
  'Fn::Split': (argument, { inner }) => {
    const [separator, text] = argument as [string, unknown];
    return String(inner(text)).split(separator);
  },
  'Fn::Select': (argument, { inner }) => {
    const [index, parts] = argument as [number, unknown];
    return (inner(parts) as unknown[])[index];
  },
  'Fn::Sub': (text, { inner }) => String(text).replaceAll(/\$\{([\w:]+)\}/g, (_, id) => String(inner({ Ref: id }))),
  'Fn::GetAZs': () => ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
  'Fn::ImportValue': (name, { templates }) => {
    const outputs = Object.values(templates.data.Outputs ?? {});
    const output = outputs.find(({ Export }) => Export?.Name === name);
    if (output === undefined) throw new Error(`nothing is exported as ${String(name)}`);
    return evaluate(templates, 'data', output.Value);
  },
};

function attribute({ templates, stack }: Scope, id: string, name: string): string {
  const resource = templates[stack].Resources[id];
  if (resource === undefined) throw new Error(`${stack} has no resource ${id}`);
  const fallback = name === 'Ref' ? `<${id}>` : `<${id}.${name}>`;
  return madeUp[`${resource.Type} ${name}`]?.(resource, id) ?? fallback;
}

/** What others take apart, or what a reader has to recognise. */
const madeUp: Readonly<Record<string, (resource: Resource, id: string) => string>> = {
  'AWS::MSK::Cluster Arn': ({ Properties }) => `arn:aws:kafka:${ARN}:cluster/${Properties.ClusterName}/uuid-1`,
  'AWS::Lambda::Function Arn': ({ Properties }, id) =>
    `arn:aws:lambda:${ARN}:function:${Properties.FunctionName ?? id}`,
  'AWS::Lambda::Function Ref': ({ Properties }, id) => String(Properties.FunctionName ?? id),
  'AWS::SecretsManager::Secret Ref': ({ Properties }) =>
    `arn:aws:secretsmanager:${ARN}:secret:${Properties.Name}-AbCdEf`,
  'AWS::S3::Bucket Arn': (_, id) => `arn:aws:s3:::${id}`,
  'AWS::Logs::LogGroup Arn': ({ Properties }, id) => `arn:aws:logs:${ARN}:log-group:${Properties.LogGroupName ?? id}:*`,
};
