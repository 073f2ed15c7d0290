import type { Issue, Parsed } from '../schema/index.ts';
import { type MetricSpec, STEP_SUFFIX, specFor } from './registry.ts';

/** What the keys of a snapshot mean, in the order they were sent in. */
export interface Layout {
  readonly keys: readonly string[];
  readonly specs: readonly MetricSpec[];
}

/** Resolves lists of keys; a trainer sends the same list at every step, so the answers are remembered. */
export interface LayoutCache {
  /** An error names every key whose metric another key of the list already stands for. */
  resolve(keys: readonly string[]): Parsed<Layout>;
}

/** @param capacity lists remembered; when full, all are forgotten, since a sender with that many never repeats them */
export function createLayoutCache(capacity = 1_000): LayoutCache {
  const known = new Map<string, Parsed<Layout>>();
  return {
    resolve(keys) {
      const id = keys.join('\u0000');
      let layout = known.get(id);
      if (layout === undefined) {
        if (known.size >= capacity) known.clear();
        layout = resolveLayout(keys);
        known.set(id, layout);
      }
      return layout;
    },
  };
}

/** Names are compared as Prometheus will write them: `train/loss` and `train_loss` are one series there. */
function resolveLayout(keys: readonly string[]): Parsed<Layout> {
  const specs = keys.map(specFor);
  const owners = new Map<string, string>();
  const issues: Issue[] = [];
  for (const [index, spec] of specs.entries()) {
    const key = keys[index]!;
    const taken = seriesNames(spec).find((name) => owners.has(name));
    if (taken === undefined) {
      for (const name of seriesNames(spec)) owners.set(name, key);
    } else {
      issues.push({
        path: `training_metrics.${key}`,
        message: `is the same metric as ${JSON.stringify(owners.get(taken))} (${taken} in Prometheus): rename one`,
      });
    }
  }
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: { keys, specs } };
}

/** Every series that a metric makes, its histogram's parts and its `.step` gauge included. */
function seriesNames(spec: MetricSpec): string[] {
  const names = [spec.name];
  if (spec.instrument === 'histogram') {
    names.push(spec.name + STEP_SUFFIX, `${spec.name}_bucket`, `${spec.name}_sum`, `${spec.name}_count`);
  }
  return names.map((name) => name.replace(/[^a-zA-Z0-9]/g, '_'));
}
