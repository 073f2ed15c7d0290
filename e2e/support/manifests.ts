import type { ConfigMap, Container, PodSpec, Service } from 'kubernetes-types/core/v1';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';
import { parseAllDocuments } from 'yaml';

export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: { template?: { spec?: PodSpec } };
};

/** The documents of a YAML text, empty ones left out; throws at the first that is no YAML. */
export function parseManifests(yaml: string): Manifest[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const manifest: Manifest | null = document.toJS();
    return manifest === null ? [] : [manifest];
  });
}

/** What tells a resource from others of one namespace. */
export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`;
}

/** The pods that the manifests would start, by the name of what starts them. */
export function podsOf(manifests: readonly Manifest[]): Map<string, PodSpec> {
  return new Map(
    manifests.flatMap((manifest) => {
      const pod = manifest.spec?.template?.spec;
      return pod === undefined ? [] : [[nameOf(manifest), pod]];
    }),
  );
}

/** All containers of a pod, init containers first. */
export function containersOf(pod: PodSpec): Container[] {
  return [...(pod.initContainers ?? []), ...pod.containers];
}

export function configMapsOf(manifests: readonly Manifest[]): ConfigMap[] {
  return manifests.filter(({ kind }) => kind === 'ConfigMap') as ConfigMap[];
}

export function servicesOf(manifests: readonly Manifest[]): Service[] {
  return manifests.filter(({ kind }) => kind === 'Service') as Service[];
}
