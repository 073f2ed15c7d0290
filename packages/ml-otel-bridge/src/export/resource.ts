import type { Attributes } from '@opentelemetry/api';
import {
  type DetectedResourceAttributes,
  defaultResource,
  envDetector,
  hostDetector,
  osDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import type { Environment } from './endpoint.ts';

/**
 * Who is speaking: the SDK's own attributes, host and operating system, OTEL_RESOURCE_ATTRIBUTES and
 * OTEL_SERVICE_NAME, then what the caller gives; the later wins.
 *
 * There is no `service.instance.id` unless the environment names one, and no process id: either would be another at
 * each restart, and every series in Prometheus with it.
 */
export function createResource(
  defaultServiceName: string,
  options: { readonly serviceName?: string; readonly attributes?: Attributes },
  env: Environment,
): Resource {
  const detected = [hostDetector, osDetector, envDetector].map((detector) =>
    settled(detector.detect().attributes),
  );
  const given: Attributes = { ...options.attributes };
  const serviceName = options.serviceName ?? env.OTEL_SERVICE_NAME;
  if (serviceName) given['service.name'] = serviceName;
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': defaultServiceName }))
    .merge(resourceFromAttributes(Object.assign({}, ...detected)))
    .merge(resourceFromAttributes(given));
}

/** What is known at once: the host's id, which is read from a file, would hold up the first export. */
function settled(attributes: DetectedResourceAttributes | undefined): Attributes {
  const known = Object.entries(attributes ?? {}).filter(([, value]) => !(value instanceof Promise));
  return Object.fromEntries(known) as Attributes;
}
