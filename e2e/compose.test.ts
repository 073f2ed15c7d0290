import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { YAML } from 'bun';

type Service = {
  build?: { context: string; dockerfile: string };
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  restart?: string;
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
    service.build === undefined ? 'USER nobody' : await Bun.file(join(ROOT, service.build.dockerfile)).text();
  expect(dockerfile).toMatch(/^USER (?!root|0)/m);
  expect(service.healthcheck !== undefined || /^HEALTHCHECK/m.test(dockerfile)).toBe(true);
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
