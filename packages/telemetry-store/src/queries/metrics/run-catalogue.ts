import type { Connection } from '../../connection/connection.ts';
import { type QueryContext, readRange } from '../query-context.ts';
import { rangeParameters, type TimeRange } from '../time-range.ts';
import { type CatalogueEntry, type CatalogueRow, toEntry, unionOfTypes } from './catalogue.ts';
import { MOST_GROUP_KEYS } from './selection.ts';
import { METRIC_TABLES } from './tables.ts';

export interface RunCatalogueEntry extends CatalogueEntry {
  /** Keys of attributes in which its series differ, in alphabetical order: grouped by them, each group is one series. */
  readonly by: readonly string[];
}

/** Of more sets of attributes than these not every key in which they differ may be found. */
const MOST_SETS = 1_000;

/** Hosts alone of what the resource has: a run that goes on in another process is the same series to who looks at it. */
const DIFFERING = `, groupUniqArray(${MOST_SETS})(Attributes) AS sets,
  arrayConcat(
    arrayFilter(key -> key != 'job.id' AND arrayUniq(arrayMap(attributes -> attributes[key], sets)) > 1,
      arraySort(arrayDistinct(arrayFlatten(arrayMap(attributes -> mapKeys(attributes), sets))))),
    if(uniqExact(ResourceAttributes['host.name']) > 1, ['host.name'], [])) AS differing`;

/** Nobody asks for others, which only a mistake makes. */
const isAskable = (key: string) => key !== '' && key.length <= 1_024;

/** The key begins with the name: so the points of curves, by far the most of a run, are not read. */
const OF_RUN = `RunId = {runId:String} AND (MetricName < 'ml.training.' OR MetricName >= 'ml.training/')`;

/**
 * As `metricCatalogue`, of the points of one run in a range. Without `ml.training.*`: its curves, which `runMetrics` has.
 */
export async function runMetricCatalogue(
  connection: Connection,
  { runId, range }: { readonly runId: string; readonly range: TimeRange },
  context: QueryContext = {},
): Promise<RunCatalogueEntry[]> {
  const rows = await readRange<CatalogueRow & { readonly differing: readonly string[] }>(
    connection,
    {
      tables: Object.values(METRIC_TABLES),
      range,
      params: { ...rangeParameters(range), runId },
      sql: `SELECT * EXCEPT sets FROM (${unionOfTypes(DIFFERING, OF_RUN)}) ORDER BY name, type`,
    },
    context,
  );
  return rows.map(({ differing, ...row }) => ({
    ...toEntry(row),
    by: [...new Set(differing)].filter(isAskable).sort().slice(0, MOST_GROUP_KEYS),
  }));
}
