import { run as readRun, runMetrics } from '@ml-otel/telemetry-store/queries';
import { toRunDetailJson, toRunMetricJson } from '../../api/schema/run.ts';
import type { Source } from '../feed.ts';
import type { TailQuery } from '../tail-query.ts';

type RunDetailJson = ReturnType<typeof toRunDetailJson>;
type RunMetricJson = ReturnType<typeof toRunMetricJson>;

export interface RunNews {
  /** Where something of it changed. */
  readonly run?: RunDetailJson;
  /** Curves that are new, or that have new points: with the last one's time and value. */
  readonly metrics: readonly RunMetricJson[];
  /** It was deleted, or never was. */
  readonly gone: boolean;
}

/** What changes of one run. A watcher first gets all of it. */
export function runSource(query: TailQuery, id: string, now: () => number): Source<RunNews> {
  let run: RunDetailJson | undefined;
  let metrics = new Map<string, RunMetricJson>();

  const read = async () => {
    const [detail, curves] = await Promise.all([
      query((store, context) => readRun(store, id, now(), context)),
      query((store, context) => runMetrics(store, id, context)),
    ]);
    return {
      detail: detail && toRunDetailJson(detail),
      curves: new Map(curves.map((curve) => [`${curve.metric} ${curve.series}`, toRunMetricJson(curve)])),
    };
  };

  return {
    async poll() {
      const { detail, curves } = await read();
      const changed = [...curves].filter(([key, curve]) => !isSame(curve, metrics.get(key)));
      const runChanged = detail !== undefined && !isSame(detail, run);
      const gone = detail === undefined && run !== undefined;
      run = detail;
      metrics = curves;
      if (!runChanged && !gone && changed.length === 0) return [];
      return [{ ...(runChanged && { run: detail }), metrics: changed.map(([, curve]) => curve), gone }];
    },
    begin: async () => [{ ...(run && { run }), metrics: [...metrics.values()], gone: run === undefined }],
    position: () => '',
  };
}

function isSame(one: object, other: object | undefined): boolean {
  return other !== undefined && JSON.stringify(one) === JSON.stringify(other);
}
