export type { AttributeFilter } from './attribute-filter.ts';
export { ResultCache, type ResultCacheOptions } from './cache/result-cache.ts';
export { type Facet, type Facets, type FacetsRequest, type FacetValue, facets } from './facets/facets.ts';
export { type FacetKey, type FacetKeysRequest, facetKeys } from './facets/keys.ts';
export type { FacetSelection, FacetSignal, FacetSource } from './facets/selection.ts';
export { type FacetValues, type FacetValuesRequest, facetValues } from './facets/values.ts';
export { type LogContext, type LogContextRequest, logContext } from './logs/context.ts';
export type { LogFilter } from './logs/filter.ts';
export {
  type LogHistogramBucket,
  type LogHistogramRequest,
  logHistogram,
  SEVERITIES,
  type Severity,
} from './logs/histogram.ts';
export { type LogPageRequest, logPage } from './logs/page.ts';
export type { LogRecord } from './logs/record.ts';
export { type ArrivedLog, type LogTailRequest, logTail } from './logs/tail.ts';
export { type CatalogueEntry, metricCatalogue } from './metrics/catalogue.ts';
export { metricHistogram } from './metrics/histogram.ts';
export type { HistogramPoint, HistogramRequest } from './metrics/histogram-points.ts';
export { metricIncrease } from './metrics/increase.ts';
export { metricRate } from './metrics/rate.ts';
export { type RunCatalogueEntry, runMetricCatalogue } from './metrics/run-catalogue.ts';
export type { MetricGroup, MetricSelection } from './metrics/selection.ts';
export { metricSummary, type SummaryPoint, type SummaryQuantile } from './metrics/summary.ts';
export type { MetricType } from './metrics/tables.ts';
export {
  type MetricPoint,
  type MetricValuesRequest,
  metricValues,
  type OverSeries,
  type OverTime,
} from './metrics/values.ts';
export type { Page, PageRequest } from './page.ts';
export type { QueryContext } from './query-context.ts';
export { QueryError } from './query-error.ts';
export { type DeletedRun, deleteRun } from './runs/delete-run.ts';
export { editRun, type RunEdit } from './runs/edit-run.ts';
export type { Run, RunState } from './runs/run.ts';
export { type RunDetail, run } from './runs/run-detail.ts';
export { type RunMetric, runMetrics } from './runs/run-metrics.ts';
export { type RunFilter, type RunPage, type RunPageRequest, runPage } from './runs/run-page.ts';
export {
  type MapEdge,
  type MapNode,
  type ServiceMap,
  type ServiceMapRequest,
  serviceMap,
} from './services/map.ts';
export type { SpanSource } from './services/minutes.ts';
export {
  type ServiceOverTime,
  type ServiceOverTimeRequest,
  type ServiceStep,
  serviceOverTime,
} from './services/over-time.ts';
export {
  type ServiceStats,
  type ServiceStatsAnswer,
  type ServiceStatsRequest,
  serviceStats,
} from './services/red.ts';
export { ALL_TIME, type TimeRange } from './time-range.ts';
export type { SpanFilter } from './traces/filter.ts';
export { type FindTracesRequest, type FoundTrace, findTraces } from './traces/find.ts';
export { type SpanPageRequest, spanPage } from './traces/page.ts';
export type { Span, SpanEvent, SpanLink } from './traces/span.ts';
export { type Trace, trace } from './traces/trace.ts';
export type {
  Attempt,
  CurveColumns,
  TrainingCurve,
  TrainingSeries,
  TrainingSeriesRequest,
  TrainingX,
} from './training/curve.ts';
export { metricNames } from './training/metric-names.ts';
export { trainingSeries } from './training/training-series.ts';
export type { Direction } from './windows.ts';
