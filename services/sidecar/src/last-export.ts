import type { Bridge } from 'ml-otel-bridge';

type SelfMetrics = Awaited<ReturnType<Bridge['selfMetrics']>>;

/** What the bridge's own metrics say of sending: points sent since the start, and how long ago the last of them went. */
export function readLastExport(metrics: SelfMetrics): {
  readonly exported_points: number;
  readonly last_export_age_seconds: number | null;
} {
  const exported = numberOf(metrics, 'ml.bridge.points.exported') ?? 0;
  return {
    exported_points: exported,
    last_export_age_seconds: exported > 0 ? (numberOf(metrics, 'ml.bridge.export.last_age') ?? null) : null,
  };
}

function numberOf({ scopeMetrics }: SelfMetrics, name: string): number | undefined {
  const metric = scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .find(({ descriptor }) => descriptor.name === name);
  const value = metric?.dataPoints[0]?.value;
  return typeof value === 'number' ? value : undefined;
}
