export interface MetricGroup {
  readonly name: string;
  readonly metrics: readonly string[];
}

const PREFIX = 'ml.training.';
/** Of what the machine does, not the model. */
const SYSTEM =
  /^(gpu|cpu|system|memory|disk|network|process)([._/]|$)|^(gpu_utilization|processing_time_ms|samples_per_second)/;
/** Histograms have their curve beside, under a name of its own. */
const CURVE_OF_HISTOGRAM = /^(processing_time_ms|samples_per_second)\.step$/;
const FIRST = ['loss', 'validation_loss', 'accuracy'];

/** What a metric is called on the page: without what all have. */
export function metricName(metric: string): string {
  const name = metric.startsWith(PREFIX) ? metric.slice(PREFIX.length) : metric;
  return name.replace(CURVE_OF_HISTOGRAM, '$1');
}

/** Whether every word of a search is in a name. */
export function fitsSearch(metric: string, search: string | undefined): boolean {
  const name = metricName(metric).toLowerCase();
  return (search ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.includes(word));
}

/** Metrics by what stands before the first `/` or `.` of their names: pinned ones first, those of the machine last. */
export function groupMetrics(metrics: readonly string[], pinned: readonly string[] = []): MetricGroup[] {
  const all = new Set(metrics);
  const groups = Map.groupBy(
    [...all].filter((metric) => !pinned.includes(metric)),
    groupOf,
  );
  const rank = (name: string) => (name === 'Training' ? 0 : name === 'System' ? 2 : 1);
  const sorted = [...groups]
    .sort(([a], [b]) => rank(a) - rank(b) || compare(a, b))
    .map(([name, members]) => ({ name, metrics: members.sort(byName) }));
  const first = pinned.filter((metric) => all.has(metric));
  return first.length === 0 ? sorted : [{ name: 'Pinned', metrics: first }, ...sorted];
}

function groupOf(metric: string): string {
  const name = metricName(metric);
  if (SYSTEM.test(name)) return 'System';
  const [prefix, rest] = name.split(/[./](.*)/s, 2);
  return rest === undefined || rest === '' ? 'Training' : prefix!;
}

function byName(a: string, b: string): number {
  const place = (metric: string) => {
    const index = FIRST.indexOf(metricName(metric));
    return index === -1 ? FIRST.length : index;
  };
  return place(a) - place(b) || compare(a, b);
}

const collator = new Intl.Collator('en', { numeric: true });
const compare = (a: string, b: string) => collator.compare(a, b);
