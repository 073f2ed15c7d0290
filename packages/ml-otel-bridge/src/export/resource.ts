import type { Attributes } from '@opentelemetry/api';
import {
  defaultResource,
  detectResources,
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
  const fromEnvironment = detectResources({ detectors: [hostDetector, osDetector, envDetector] });
  const given: Attributes = { ...options.attributes };
  const serviceName = options.serviceName ?? env.OTEL_SERVICE_NAME;
  if (serviceName) given['service.name'] = serviceName;
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': defaultServiceName }))
    .merge(fromEnvironment)
    .merge(resourceFromAttributes(given));
}
