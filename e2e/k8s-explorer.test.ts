import { expect, test } from 'bun:test';
import { realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1';
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

const ROOT = join(import.meta.dir, '..');
const rendered = await renderWithExplorer();
const manifests = parseManifests(rendered);
const pods = podsOf(manifests);
const explorer = pods.get('StatefulSet/explorer')!;
const container = explorer.containers[0]!;

/** An overlay as k8s/README.md shows it: everything, and the component. */
async function renderWithExplorer(): Promise<string> {
  await using folder = await tempFolder();
  const to = (path: string) => relative(realpathSync(folder.path), join(ROOT, path));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [to('k8s')],
    components: [to('k8s/explorer')],
  };
  await Bun.write(join(folder.path, 'kustomization.yaml'), JSON.stringify(kustomization));
  return await renderKustomization(folder.path);
}

function configMap(name: string): Record<string, string> {
  return configMapsOf(manifests).find(({ metadata }) => metadata?.name === name)?.data ?? {};
}

for (const kubernetes of [oldest, newest]) {
  test(`with the explorer it fits the schemas of Kubernetes ${kubernetes}, strictly`, async () => {
    const { ok, output } = await validateManifests(rendered, kubernetes);
    expect(output).toContain('passed for resource statefulset/explorer');
    expect({ ok, output }).toEqual({ ok: true, output: expect.not.stringContaining('ERROR') });
  }, 180_000);
}

test('it adds the explorer, in the same namespace, and takes nothing away', async () => {
  const without = parseManifests(await renderKustomization(join(ROOT, 'k8s')));
  const added = ['ConfigMap/explorer', 'NetworkPolicy/explorer', 'Service/explorer', 'StatefulSet/explorer'];
  expect(manifests.map(nameOf).sort()).toEqual([...without.map(nameOf), ...added].sort());
  expect(without.map(nameOf)).not.toContain('StatefulSet/explorer');
  const namespaces = manifests.filter(({ kind }) => kind !== 'Namespace').map((m) => m.metadata.namespace);
  expect(new Set(namespaces)).toEqual(new Set(['ml-telemetry']));
});

test('no root, a read-only root file system, limits, no token of the cluster', () => {
  expect(explorer).toMatchObject({
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(container).toMatchObject({
    image: 'ml-otel/explorer:0.1.0',
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    resources: { limits: { cpu: expect.anything(), memory: expect.anything() } },
  });
});

test('the store lies on a volume of its own, and the explorer has time to drain', () => {
  const { ML_OTEL_DATA_DIR } = configMap('explorer');
  const mount = container.volumeMounts!.find(({ mountPath }) =>
    ML_OTEL_DATA_DIR!.startsWith(`${mountPath}/`),
  );
  const { spec } = manifests.find((manifest) => nameOf(manifest) === 'StatefulSet/explorer')!;
  expect(spec).toMatchObject({
    replicas: 1,
    volumeClaimTemplates: [{ metadata: { name: mount!.name } }],
  });
  // It needs up to nine seconds.
  expect(explorer.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(15);
});

test('its settings are ones that it knows, its ports those of its service and probes', async () => {
  const command = [process.execPath, join(ROOT, 'services/explorer/src/main.ts'), '--help'];
  const help = await new Response(Bun.spawn(command).stdout).text();
  const unknown = Object.keys(configMap('explorer')).filter((key) => !help.includes(`  ${key} `));
  expect(unknown).toEqual([]);
  const ports = Object.fromEntries(
    container.ports!.map(({ name, containerPort }) => [name!, String(containerPort)]),
  );
  const { PORT, OTLP_GRPC_PORT, OTLP_HTTP_PORT } = configMap('explorer');
  expect(ports).toEqual({ http: PORT!, 'otlp-grpc': OTLP_GRPC_PORT!, 'otlp-http': OTLP_HTTP_PORT! });
  const service = servicesOf(manifests).find(({ metadata }) => metadata?.name === 'explorer')!;
  expect(service.spec!.ports!.map(({ targetPort, port }) => [targetPort, String(port)])).toEqual(
    Object.entries(ports),
  );
  for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe])
    expect(probe!.httpGet!.port).toBe('http');
});

test('sidecar and gateway send to it, with the token that it demands', () => {
  const token = explorer.volumes!.find(({ name }) => name === 'token')!.secret!.secretName;
  for (const [owner, name] of [
    ['Job/ml-training', 'sidecar'],
    ['Deployment/push-gateway', 'push-gateway'],
  ] as const) {
    const { env, envFrom } = containersOf(pods.get(owner)!).find((found) => found.name === name)!;
    expect(configMap(envFrom![0]!.configMapRef!.name!).OTEL_EXPORTER_OTLP_ENDPOINT).toBe('explorer:4317');
    const names = env!.map((variable) => variable.name);
    expect(env!.find((variable) => variable.name === 'EXPLORER_TOKEN')?.valueFrom?.secretKeyRef?.name).toBe(
      token,
    );
    // A variable is put in only where it is declared before.
    expect(names.indexOf('EXPLORER_TOKEN')).toBeLessThan(names.indexOf('OTEL_EXPORTER_OTLP_HEADERS'));
  }
  const policy = manifests.find(
    (manifest) => nameOf(manifest) === 'NetworkPolicy/push-gateway',
  ) as NetworkPolicy;
  expect(policy.spec!.egress![0]!.to).toContainEqual({
    podSelector: { matchLabels: { 'app.kubernetes.io/name': 'explorer' } },
  });
});
