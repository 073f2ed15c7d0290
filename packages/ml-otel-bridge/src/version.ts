import type { InstrumentationScope } from '@opentelemetry/core';

export const VERSION = '0.1.0';

/** The instrumentation scope of all that the bridge sends. */
export const SCOPE: InstrumentationScope = { name: 'ml-otel-bridge', version: VERSION };
