import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { UID } from '../../../dashboards/grafana/dashboard.ts';
import { DATASOURCE_TYPE } from '../../../dashboards/grafana/query.ts';
import { roleNames } from '../../../repositories/roles.repository.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

type Service = { ports: string[]; environment: Record<string, string>; volumes: string[] };
const { services } = parse(read('docker-compose.yml')) as { services: Record<string, Service> };
const grafana = services.grafana as Service;
const mounts: Record<string, string> = Object.fromEntries(
  grafana.volumes.map((volume) => volume.split(':').slice(0, 2).reverse()),
);

/** A file of the container, from where it is mounted, with the variables that its environment has. */
function fileInContainer(path: string): string {
  const [target = '', source = ''] = Object.entries(mounts).find(([folder]) => path.startsWith(`${folder}/`)) ?? [];
  return read(join(source, path.slice(target.length))).replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = grafana.environment[name];
    if (value === undefined) throw new Error(`the container has no ${name}`);
    return value.replace(/^\$\{\w+:-(.*)\}$/, '$1');
  });
}

test('every port of every service is bound to this machine alone', () => {
  const ports = Object.values(services).flatMap((service) => service.ports);
  expect(ports.length).toBeGreaterThan(2);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
});

test('the container finds a data source of the BI role and the dashboard that asks it', () => {
  const { datasources } = parse(fileInContainer('/etc/grafana/provisioning/datasources/bazaarstream.yaml'));
  expect(datasources).toMatchObject([
    { uid: UID, type: DATASOURCE_TYPE, url: 'postgres:5432', jsonData: { database: 'bazaar', sslmode: 'disable' } },
  ]);
  expect(roleNames).toContain(datasources[0].user);
  expect(datasources[0].user).toMatch(/bi$/);
  const { providers } = parse(fileInContainer('/etc/grafana/provisioning/dashboards/bazaarstream.yaml'));
  const dashboard = `${providers[0].options.path}/bazaarstream.json`;
  expect(dashboard).toBe(grafana.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH);
  expect(JSON.parse(read('dashboards/grafana/dashboards/bazaarstream.json')).uid).toBe(UID);
  expect(mounts[providers[0].options.path]).toBe('./dashboards/grafana/dashboards');
  for (const source of Object.values(mounts)) expect(existsSync(join(ROOT, source)), source).toBe(true);
});

test('whoever reaches it may look and nothing else, and no password stands in a file', () => {
  expect(grafana.environment).toMatchObject({
    GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
    GF_AUTH_BASIC_ENABLED: 'false',
    GF_AUTH_DISABLE_LOGIN_FORM: 'true',
    GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
    BAZAAR_BI_PASSWORD: expect.stringMatching(/^\$\{BAZAAR_BI_PASSWORD:-\}$/),
  });
});
