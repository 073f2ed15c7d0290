import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { YAML } from 'bun';
import { startClickhouseFront } from './support/start-clickhouse-front.ts';

type Service = {
  image?: string;
  volumes?: string[];
  build?: { context: string; dockerfile: string };
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  restart?: string;
  user?: string;
  command?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: unknown;
  ports?: string[];
  deploy?: { resources: { limits: Record<string, string> } };
};

const ROOT = join(import.meta.dir, '..');
const compose = YAML.parse(await Bun.file(join(ROOT, 'docker-compose.yaml')).text()) as {
  services: Record<string, Service>;
};
const services = Object.entries(compose.services);

test('the services of the pipeline and the explorer, and no others', () => {
  expect(Object.keys(compose.services).sort()).toEqual([
    'clickhouse',
    'explorer',
    'ml-training',
    'otel-collector',
    'prometheus',
    'push-gateway',
    'sidecar',
  ]);
});

test.each(services)('%s is hardened, limited and restarted', (_, service) => {
  expect(service).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    restart: expect.stringMatching(/^(unless-stopped|on-failure)$/),
    deploy: {
      resources: { limits: { cpus: expect.anything(), memory: expect.anything(), pids: expect.anything() } },
    },
  });
});

test.each(services)('%s is published on loopback only', (_, { ports = [] }) => {
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

test.each(services)('%s has a health check and an image that does not run as root', async (_, service) => {
  // prom/prometheus runs as nobody by itself.
  const dockerfile =
    service.build === undefined
      ? `USER ${service.user ?? 'nobody'}`
      : await Bun.file(join(ROOT, service.build.dockerfile)).text();
  expect(dockerfile).toMatch(/^USER (?!root|0)/m);
  expect(service.healthcheck !== undefined || /^HEALTHCHECK/m.test(dockerfile)).toBe(true);
});

test('ClickHouse is asked for as the tests know it: the engine of the same version, and our configuration', async () => {
  const { image, volumes } = compose.services.clickhouse!;
  await using front = await startClickhouseFront();
  const [row] = await front.query<{ version: string }>('SELECT version() AS version');
  expect(image).toContain(`:-${row!.version.split('.').slice(0, 2).join('.')}-`);
  for (const volume of volumes!.filter((it) => it.startsWith('./'))) {
    const [path, target] = volume.split(':');
    expect(target).toBe(path!.replace('./clickhouse', '/etc/clickhouse-server'));
    expect(await Bun.file(join(ROOT, path!)).exists()).toBe(true);
  }
});

test('the collector writes into ClickHouse, and waits for the explorer to make the tables', () => {
  const collector = compose.services['otel-collector']!;
  expect(collector.command).toContain('/etc/otelcol/clickhouse.yaml');
  expect(collector.depends_on).toEqual({ explorer: { condition: 'service_healthy' } });
  expect(compose.services.explorer!.depends_on).toEqual({ clickhouse: { condition: 'service_healthy' } });
});

test("the services' Dockerfiles follow one pattern", async () => {
  const skeletons = await Promise.all(
    ['sidecar', 'push-gateway', 'mock-trainer', 'explorer'].map(async (name) => {
      const text = await Bun.file(join(ROOT, 'services', name, 'Dockerfile')).text();
      return text
        .replaceAll(name, 'NAME')
        .split('\n')
        .filter((line) => !/^(EXPOSE|HEALTHCHECK| {2}CMD|RUN install -d|RUN bun services)/.test(line))
        .join('\n');
    }),
  );
  expect(new Set(skeletons).size).toBe(1);
});
