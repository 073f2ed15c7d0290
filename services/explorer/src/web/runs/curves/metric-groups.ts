export interface MetricGroup {
  readonly name: string;
  readonly metrics: readonly string[];
  /** Whether they are drawn by time, whatever the other charts are drawn by. */
  readonly byTime?: boolean;
}

const PREFIX = 'ml.training.';
/** Of what the machine does, not the model. */
const SYSTEM =
  /^(gpu|cpu|system|memory|disk|network|process)([._/]|$)|^(gpu_utilization|processing_time_ms|samples_per_second)/;
/** Histograms have their curve beside, under a name of its own. */
const CURVE_OF_HISTOGRAM = /^(processing_time_ms|samples_per_second)\.step$/;
/** Groups of what a run sent besides its curves, the first that the name fits. */
const MACHINE = [
  ['hw.', 'Machine: GPU'],
  ['system.', 'Machine: host'],
  ['process.', 'Machine: process'],
  ['', 'Besides'],
] as const;
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

/**
 * Metrics by what stands before the first `/` or `.` of their names: pinned ones first, those of the machine last.
 *
 * @param machine names of what a run sent besides its curves
 */
export function groupMetrics(
  metrics: readonly string[],
  pinned: readonly string[] = [],
  machine: readonly string[] = [],
): MetricGroup[] {
  const all = new Set([...metrics, ...machine]);
  const loose = (names: readonly string[]) => [...new Set(names)].filter((name) => !pinned.includes(name));
  const groups = Map.groupBy(loose(metrics), groupOf);
  const rank = (name: string) => (name === 'Training' ? 0 : name === 'System' ? 2 : 1);
  const sorted = [...groups]
    .sort(([a], [b]) => rank(a) - rank(b) || compare(a, b))
    .map(([name, members]) => ({ name, metrics: members.sort(byName) }));
  const first = pinned.filter((metric) => all.has(metric));
  const pins = first.length === 0 ? [] : [{ name: 'Pinned', metrics: first }];
  return [...pins, ...sorted, ...groupMachine(loose(machine))];
}

function groupMachine(metrics: readonly string[]): MetricGroup[] {
  const groups = Map.groupBy(metrics, (metric) => MACHINE.find(([prefix]) => metric.startsWith(prefix))![1]);
  return MACHINE.flatMap(([, name]) => {
    const members = groups.get(name);
    return members === undefined ? [] : [{ name, metrics: members.sort(compare), byTime: true }];
  });
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
