import { expect, test } from 'bun:test';
import { join } from 'node:path';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { parse } from 'yaml';
import { run } from '../scripts/run-command.ts';
import { newest, oldest, validateManifests } from './support/kubernetes-validate.ts';
import { renderKustomization } from './support/kustomize.ts';
import {
  configMapsOf,
  containersOf,
  nameOf,
  parseManifests,
  podsOf,
  servicesOf,
} from './support/manifests.ts';
import { tempFolder } from './support/temp-folder.ts';

const root = join(import.meta.dir, '..');
const rendered = await renderKustomization(join(root, 'k8s'));
const manifests = parseManifests(rendered);
const pods = podsOf(manifests);
const jobYaml = await Bun.file(join(root, 'k8s/ml-training-job.yaml')).text();
const job = podsOf(parseManifests(jobYaml)).get('Job/ml-training')!;
const sidecar = job.initContainers![0]!;
const trainer = job.containers[0]!;
const containers = [...pods].flatMap(([owner, pod]) =>
  containersOf(pod).map((container) => [`${owner} ${container.name}`, container] as const),
);

/** The variables that a service says it knows; it does not refuse others. */
async function variablesOf(service: string): Promise<string[]> {
  const command = [process.execPath, join(import.meta.dir, '../services', service, 'src/main.ts'), '--help'];
  const help = await new Response(Bun.spawn(command).stdout).text();
  const known = [...help.matchAll(/^ {2}([A-Z][A-Z_]+)\b/gm)].map(([, name]) => name!);
  // OpenTelemetry's own, which every process with an OTLP exporter reads.
  return [...known, 'OTEL_RESOURCE_ATTRIBUTES'];
}
const sidecarVariables = await variablesOf('sidecar');
const gatewayVariables = await variablesOf('push-gateway');
const trainerVariables = ['METRICS_FILE_PATH', 'LOG_LEVEL'];

function configMap(name: string): Record<string, string> {
  const found = configMapsOf(manifests).find(({ metadata }) => metadata?.name?.startsWith(name));
  return found?.data ?? {};
}

/** The volume that a path of a container lies in. */
function volumeAt(pod: PodSpec, container: Container, path: string) {
  const mount = container.volumeMounts?.find(
    ({ mountPath }) => path.startsWith(`${mountPath}/`) || path === mountPath,
  );
  return pod.volumes?.find(({ name }) => name === mount?.name);
}

for (const kubernetes of [oldest, newest]) {
  test(`everything that kubectl apply -k k8s would apply fits the schemas of Kubernetes ${kubernetes}, strictly`, async () => {
    const { ok, output } = await validateManifests(rendered, kubernetes);
    expect(output).toContain('passed for resource job/ml-training');
    expect({ ok, output }).toEqual({ ok: true, output: expect.not.stringContaining('ERROR') });
  }, 180_000);
}

test('the training job fits them on its own', async () => {
  expect(await validateManifests(jobYaml)).toMatchObject({ ok: true });
}, 180_000);

const wrong: [what: string, yaml: string][] = [
  ['an unknown field', jobYaml.replace('backoffLimit:', 'backOffLimit:')],
  ['an unknown field of a container', jobYaml.replace('livenessProbe:', 'livelinessProbe:')],
  ['a wrong type', jobYaml.replace('backoffLimit: 3', 'backoffLimit: three')],
];
for (const [what, yaml] of wrong) {
  test(`the check refuses ${what}`, async () => {
    expect(yaml).not.toBe(jobYaml);
    expect(await validateManifests(yaml)).toMatchObject({ ok: false });
  }, 180_000);
}

test('every manifest of the folder, but for the explorer, is part of what is applied', async () => {
  const files = await Array.fromAsync(new Bun.Glob('k8s/**/*.yaml').scan(root));
  const texts = await Promise.all(
    files
      .filter((file) => !file.endsWith('kustomization.yaml') && !file.startsWith('k8s/explorer/'))
      .map((file) => Bun.file(join(root, file)).text()),
  );
  const names = texts.flatMap(parseManifests).map(nameOf);
  expect(names.length).toBeGreaterThan(10);
  expect(manifests.map(nameOf)).toEqual(expect.arrayContaining(names));
});

test('all of it goes into one namespace, which admits only restricted pods', () => {
  const namespace = manifests.find(({ kind }) => kind === 'Namespace')!;
  expect(namespace.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  const others = manifests.filter((manifest) => manifest !== namespace);
  expect(new Set(others.map(({ metadata }) => metadata.namespace))).toEqual(
    new Set([namespace.metadata.name]),
  );
});

test('the sidecar is a native one, so that the Job ends when its trainer ends', () => {
  expect(job.initContainers).toHaveLength(1);
  expect(sidecar.restartPolicy).toBe('Always');
  expect(job.containers.map(({ name }) => name)).toEqual(['trainer']);
  expect(job.restartPolicy).toBe('OnFailure');
  expect(job.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(10);
});

test('the trainer of the Job is started with settings it takes, and comes to an end', async () => {
  expect(trainer.args!.slice(0, 2)).toEqual(['bun', 'services/mock-trainer/src/main.ts']);
  expect(trainer.args).not.toContain('--forever');
  await using folder = await tempFolder();
  const brief = [...trainer.args!.slice(1), '--steps', '1', '--interval', '0.01'];
  const METRICS_FILE_PATH = join(folder.path, 'current.json');
  await run([process.execPath, ...brief], { cwd: root, env: { METRICS_FILE_PATH } });
  expect(await Bun.file(METRICS_FILE_PATH).json()).toMatchObject({ status: 'finished' });
});

test('the Job ends by its own limits, too', () => {
  const { spec } = manifests.find(({ kind }) => kind === 'Job')!;
  expect(spec).toMatchObject({
    backoffLimit: expect.any(Number),
    ttlSecondsAfterFinished: expect.any(Number),
  });
});

test('trainer and sidecar share the folder of METRICS_FILE_PATH, and the spool has a folder of its own', () => {
  const { METRICS_FILE_PATH, SPOOL_DIR } = configMap('ml-training-job');
  const shared = volumeAt(job, trainer, METRICS_FILE_PATH!);
  expect(shared?.emptyDir).toBeDefined();
  expect(volumeAt(job, sidecar, METRICS_FILE_PATH!)).toEqual(shared!);
  expect(volumeAt(job, sidecar, SPOOL_DIR!)?.emptyDir).toBeDefined();
  expect(volumeAt(job, sidecar, SPOOL_DIR!)).not.toEqual(shared!);
});

test('the sidecar is probed on HEALTH_PORT; the trainer does not wait for a collector', () => {
  const port = sidecar.ports!.find(({ name }) => name === 'health')!.containerPort;
  expect(String(port)).toBe(configMap('ml-training-job').HEALTH_PORT!);
  expect(sidecar.startupProbe?.httpGet).toEqual({ path: '/healthz', port: 'health' });
  expect(sidecar.livenessProbe?.httpGet).toEqual({ path: '/healthz', port: 'health' });
  expect(sidecar.readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 'health' });
});

test.each(containers.filter(([name]) => !name.endsWith(' trainer')))(
  '%s has probes on its own ports',
  (_, container) => {
    const ports = container.ports!.map(({ name }) => name!);
    for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      expect(ports).toContain(probe!.httpGet!.port as string);
    }
  },
);

test.each([...pods])('%s: no root, no token of the cluster, seccomp, a volume limit', (_, pod) => {
  expect(pod.automountServiceAccountToken).toBe(false);
  expect(pod.enableServiceLinks).toBe(false);
  expect(pod.securityContext).toMatchObject({
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(pod.securityContext!.runAsUser!).toBeGreaterThanOrEqual(1000);
  for (const volume of pod.volumes ?? []) {
    if (volume.emptyDir !== undefined) expect(volume.emptyDir.sizeLimit).toBeString();
  }
});

test.each(containers)(
  '%s: read-only root, no privileges, requests and limits, a pinned image',
  (_, container) => {
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    for (const amounts of [container.resources?.requests, container.resources?.limits]) {
      expect(amounts).toMatchObject({ cpu: expect.anything(), memory: expect.anything() });
    }
    expect(container.image).toMatch(/^(ml-otel\/[a-z-]+:0\.1\.0|prom\/prometheus:v\d+\.\d+\.\d+)$/);
  },
);

test('the keys of the ConfigMaps are variables that the services know', () => {
  const unknown = (name: string, known: string[]) =>
    Object.keys(configMap(name)).filter((key) => !known.includes(key));
  expect(unknown('ml-training-job', sidecarVariables)).toEqual([]);
  expect(configMap('ml-training-job').HOST).toBe('0.0.0.0');
  expect(unknown('push-gateway', gatewayVariables)).toEqual([]);
  expect(trainer.env!.map(({ name }) => name).filter((name) => !trainerVariables.includes(name))).toEqual([]);
});

test('what a container takes from a ConfigMap or mounts from one is there', () => {
  const names = configMapsOf(manifests).map(({ metadata }) => metadata!.name);
  for (const pod of pods.values()) {
    const volumes = (pod.volumes ?? []).flatMap(({ configMap }) => configMap?.name ?? []);
    const sources = containersOf(pod).flatMap(({ envFrom = [], env = [] }) => [
      ...envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []),
      ...env.flatMap(({ valueFrom }) => valueFrom?.configMapKeyRef?.name ?? []),
    ]);
    for (const name of [...volumes, ...sources]) expect(names).toContain(name);
  }
});

test('the OTLP endpoint is a port of the collector service', () => {
  const endpoints = servicesOf(manifests).flatMap(({ metadata, spec }) =>
    spec!.ports!.map(({ port }) => `${metadata!.name}:${port}`),
  );
  for (const name of ['ml-training-job', 'push-gateway']) {
    expect(endpoints).toContain(configMap(name).OTEL_EXPORTER_OTLP_ENDPOINT!);
  }
});

test('the services point at ports of pods that are there', () => {
  for (const { metadata, spec } of servicesOf(manifests)) {
    const labelled = manifests.find(({ spec: owner }) =>
      Bun.deepEquals(
        (owner as { selector?: { matchLabels?: unknown } })?.selector?.matchLabels,
        spec!.selector,
      ),
    );
    const ports = containersOf(labelled!.spec!.template!.spec!).flatMap((container) => container.ports ?? []);
    for (const { targetPort } of spec!.ports!) {
      expect(ports.map(({ name }) => `${metadata!.name}:${name}`)).toContain(
        `${metadata!.name}:${targetPort}`,
      );
    }
  }
});

test('the collector and Prometheus run with the very files of the other set-ups', async () => {
  const text = (path: string) => Bun.file(join(root, path)).text();
  expect(configMap('otel-collector-config')).toEqual({ 'config.yaml': await text('collector/config.yaml') });
  expect(configMap('prometheus-config')).toEqual({
    'prometheus.yml': await text('prometheus/prometheus.yml'),
    'rules.yml': await text('prometheus/rules.yml'),
  });
});

test('Prometheus scrapes services that are there', () => {
  const { scrape_configs } = parse(configMap('prometheus-config')['prometheus.yml']!) as {
    scrape_configs: { static_configs: { targets: string[] }[] }[];
  };
  const targets = scrape_configs.flatMap(({ static_configs }) =>
    static_configs.flatMap(({ targets }) => targets),
  );
  const known = servicesOf(manifests).flatMap(({ metadata, spec }) =>
    spec!.ports!.map(({ port }) => `${metadata!.name}:${port}`),
  );
  expect(targets).toContain('otel-collector:8889');
  for (const target of targets.filter((target) => !target.startsWith('localhost:')))
    expect(known).toContain(target);
});

test("the gateway's token comes from a Secret, and none is part of the manifests", () => {
  const gateway = pods.get('Deployment/push-gateway')!;
  const { ML_OTEL_TOKEN_FILE, HOST } = configMap('push-gateway');
  expect(HOST).toBe('0.0.0.0');
  expect(volumeAt(gateway, gateway.containers[0]!, ML_OTEL_TOKEN_FILE!)?.secret?.secretName).toBe(
    'push-gateway-token',
  );
  expect(manifests.map(({ kind }) => kind)).not.toContain('Secret');
  expect(rendered).not.toContain('ML_OTEL_TOKEN:');
});

test('who may reach the collector, the gateway and Prometheus is limited', () => {
  const limited = manifests
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ metadata }) => metadata.name!);
  expect(limited.sort()).toEqual(['otel-collector', 'prometheus', 'push-gateway']);
});
