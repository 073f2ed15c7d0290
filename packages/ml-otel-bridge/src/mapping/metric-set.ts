import { type Attributes, ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type GaugeMetricData,
  type Histogram,
  type HistogramMetricData,
  type MetricData,
  type SumMetricData,
} from '@opentelemetry/sdk-metrics';
import type { Time } from '../schema/index.ts';
import type { JobState } from './job-state.ts';
import { type MetricSpec, specFor } from './registry.ts';

/** Gathers points under their metrics, so that a request names each metric once. */
export interface MetricSet {
  addGauge(spec: MetricSpec, name: string, point: DataPoint<number>): void;
  /** One point for each counter and histogram of a job. */
  addCumulative(state: JobState, attributes: Attributes, now: Time): void;
  data(): MetricData[];
  points(): number;
}

export function createMetricSet(): MetricSet {
  const gauges = new Map<string, GaugeMetricData>();
  const sums = new Map<string, SumMetricData>();
  const histograms = new Map<string, HistogramMetricData>();
  let points = 0;

  return {
    addGauge(spec, name, point) {
      let gauge = gauges.get(name);
      if (gauge === undefined) {
        gauge = { ...common(spec, name), dataPointType: DataPointType.GAUGE, dataPoints: [] };
        gauges.set(name, gauge);
      }
      gauge.dataPoints.push(point);
      points += 1;
    },

    addCumulative(state, attributes, now) {
      for (const [key, { value, start }] of Object.entries(state.counters)) {
        const sum = sums.get(key) ?? newSum(specFor(key));
        sum.dataPoints.push({ startTime: start, endTime: later(now, start), attributes, value });
        sums.set(key, sum);
        points += 1;
      }
      for (const [key, { start, buckets, ...rest }] of Object.entries(state.histograms)) {
        const spec = specFor(key);
        const histogram = histograms.get(key) ?? newHistogram(spec);
        const value: Histogram = {
          ...rest,
          buckets: { boundaries: [...(spec.boundaries ?? [])], counts: [...buckets] },
        };
        histogram.dataPoints.push({ startTime: start, endTime: later(now, start), attributes, value });
        histograms.set(key, histogram);
        points += 1;
      }
    },

    data: () => [...gauges.values(), ...sums.values(), ...histograms.values()],
    points: () => points,
  };
}

/** A clock that was set back must not end a point before it began (OTLP metrics.proto, start_time_unix_nano). */
function later(a: Time, b: Time): Time {
  return (a[0] - b[0] || a[1] - b[1]) >= 0 ? a : b;
}

function newSum(spec: MetricSpec): SumMetricData {
  return { ...common(spec, spec.name), dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: [] };
}

function newHistogram(spec: MetricSpec): HistogramMetricData {
  return { ...common(spec, spec.name), dataPointType: DataPointType.HISTOGRAM, dataPoints: [] };
}

function common(spec: MetricSpec, name: string) {
  return {
    descriptor: { name, description: spec.description, unit: spec.unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
}
