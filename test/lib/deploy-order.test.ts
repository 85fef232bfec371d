import { describe, expect, test } from 'vitest';
import { ancestorsOf, deployOrder } from './deploy-order.ts';
import { profileNames } from './profiles.ts';
import { resourcesOf } from './stack-template.ts';
import { synthesized } from './synthesized.ts';

describe.each(profileNames)('with %s', async (profile) => {
  const stage = await synthesized(profile);
  const { data, app } = stage;
  const order = deployOrder(stage);
  const idsOf = (stack: 'data' | 'app', type: string) =>
    Object.keys(resourcesOf(stage[stack], type)).map((id) => `${stack}.${id}`);
  const migrated = 'app.MigrationsAtDeploy3E034EB2';
  const functions = Object.entries(resourcesOf(app, 'AWS::Lambda::Function'))
    .filter(([, { Properties }]) => 'FunctionName' in Properties)
    .map(([id, { Properties }]) => ({ id: `app.${id}`, name: String(Properties.FunctionName) }));
  const atDeploy = functions.filter(({ name }) => /-(migrate|create-topics)$/.test(name)).map(({ id }) => id);
  const topics =
    profile === 'kafka'
      ? idsOf('app', 'Custom::Trigger').filter((id) => id !== migrated)
      : idsOf('data', 'AWS::MSK::Topic');

  test('topics come after their cluster', () => {
    expect(topics).toHaveLength(profile === 'kafka' ? 1 : 3);
    const clusters = idsOf('data', 'AWS::MSK::Cluster');
    for (const topic of topics) expect([...ancestorsOf(order, topic)]).toEqual(expect.arrayContaining(clusters));
  });

  test('new code comes after the migrations that it may need, and after the topics', () => {
    const others = functions.filter(({ id }) => !atDeploy.includes(id));
    expect(others).toHaveLength(11);
    for (const { id } of others)
      expect([...ancestorsOf(order, id)], id).toEqual(expect.arrayContaining([migrated, ...topics]));
  });

  test('nothing is read before tables, topics and permissions stand', () => {
    const mappings = resourcesOf(app, 'AWS::Lambda::EventSourceMapping');
    expect(Object.keys(mappings)).toHaveLength(3);
    for (const [id, { Properties }] of Object.entries(mappings)) {
      const { Ref: target } = Properties.FunctionName as { Ref: string };
      const before = ancestorsOf(order, `app.${id}`);
      const policy = Object.keys(app.Resources).filter((name) => name.startsWith(`${idOfRole(target)}DefaultPolicy`));
      expect(policy).toHaveLength(1);
      expect([...before], id).toEqual(
        expect.arrayContaining([migrated, ...topics, `app.${target}`, `app.${policy[0]}`]),
      );
    }
  });

  test('nothing runs by the clock before its function may', () => {
    for (const schedule of idsOf('app', 'AWS::Scheduler::Schedule'))
      expect(ancestorsOf(order, schedule)).toContain(migrated);
  });

  test('the order is no circle, and data waits for nothing of the app', () => {
    const circular = [...order.keys()].filter((id) => ancestorsOf(order, id).has(id));
    expect(circular).toEqual([]);
    expect(data.waitsFor).toEqual([]);
    expect(JSON.stringify(data)).not.toContain('Fn::ImportValue');
  });

  function idOfRole(target: string): string {
    const role = app.Resources[target]?.Properties.Role as { 'Fn::GetAtt': [string, string] };
    // The policy's id has the role's without its hash.
    return role['Fn::GetAtt'][0].slice(0, -8);
  }
});
