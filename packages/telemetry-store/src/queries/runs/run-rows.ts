import type { Run, RunState } from './run.ts';

/** A run as {@link RUN_COLUMNS} selects it. */
export interface RunRow {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly notes: string;
  readonly model: string;
  readonly dataset: string;
  readonly project: string;
  readonly labels: string;
  readonly state: RunState;
  readonly started: string | null;
  readonly finished: string | null;
  readonly lastPoint: string | null;
  readonly received: string;
  readonly duration: string;
  readonly ranks: readonly string[];
  readonly starts: number;
}

/** The tags that the run's own start names: its labels `tag.<tag>`. */
export const TAGS_SAID = `arraySort(arrayMap(key -> substring(key, ${'tag.'.length + 1}), arrayFilter(key -> startsWith(key, 'tag.'), JSONExtractKeys(labels))))`;

const nanos = (time: string) => `toUnixTimestamp64Nano(${time})`;

/**
 * `runs`, for a WITH: a row for each run of which `matches` holds, a condition on the columns of `listed`. Binds `now`,
 * milliseconds since 1970. Only runs that are silent, and that did not end, are asked for the gap between their steps; not those
 * that are silent for longer than any gap between their points could explain, of which there may be many with many series.
 *
 * @param among a condition on the rows of `training_runs`
 */
export const runsOf = (matches: string, among = '1') => `
  told AS (
    SELECT RunId AS id, max(Model).Value AS model, max(Dataset).Value AS dataset, max(Project).Value AS project,
      max(Labels).Value AS labels, max(Status) AS status, max(HeartbeatInterval) AS heartbeat,
      max(Ordered).Value AS ordered,
      arraySort(groupUniqArrayArray(Ranks)) AS ranks, length(groupUniqArrayArray(Starts)) AS starts,
      ${nanos('coalesce(min(StartedAt), min(FirstPointAt))')} AS started,
      ${nanos('max(LastPointAt)')} AS lastPoint,
      ${nanos('max(LastPointAt)')} - ${nanos('min(FirstPointAt)')} AS extent,
      toUnixTimestamp(coalesce(max(LastPointReceivedAt), max(LastReceivedAt))) AS spoke,
      toUnixTimestamp(max(LastHeartbeatReceivedAt)) AS beat,
      toUnixTimestamp(max(LastReceivedAt)) AS received
    FROM training_runs
    WHERE ${among}
    GROUP BY RunId
  ),
  edits AS (
    SELECT RunId AS id, argMax((Name, Tags, Notes, DeletedAt), EditedAt) AS edit, 1 AS edited FROM training_run_edits WHERE ${among} GROUP BY RunId
  ),
  listed AS (
    SELECT told.* EXCEPT (status, heartbeat),
      coalesce(nullIf(edit.1, ''), nullIf(JSONExtractString(labels, 'name'), ''), id) AS name,
      if(edited = 1 AND edit.4 IS NULL, edit.2, ${TAGS_SAID}) AS tags, edit.3 AS notes,
      status.Value IN ('finished', 'failed')
        AND greatest(ifNull(lastPoint, 0), ${nanos('heartbeat.At')}) <= ${nanos('status.At')} AS ended,
      status.Value AS said,
      heartbeat.Value AS interval,
      if(ended, ${nanos('status.At')}, NULL) AS finished,
      greatest(0, ifNull(coalesce(finished, lastPoint) - started, 0)) AS duration,
      greatest(0, {now:Int64} / 1000 - spoke) AS silence
    FROM told LEFT JOIN edits USING (id)
    WHERE (edit.4 IS NULL OR toUnixTimestamp64Milli(assumeNotNull(edit.4)) < (received + 1) * 1000) AND (${matches})
  ),
  gaps AS (
    SELECT RunId AS id, min(gap) AS gap
    FROM (
      SELECT RunId, arrayDifference(arrayDistinct(groupArraySortedMerge(32)(RecentTimes))) AS apart,
        if(length(apart) > 1, arrayReduce('medianExact', arrayPopFront(apart)) / 1e9, NULL) AS gap
      FROM training_series
      WHERE RunId IN (SELECT id FROM listed WHERE NOT ended AND silence >= 60 AND silence < 10 * extent / 1e9)
      GROUP BY RunId, MetricName, Series
    )
    GROUP BY RunId
  ),
  runs AS (
    SELECT listed.*,
      multiIf(
        ended, said,
        silence < greatest(60, 10 * ifNull(gap, 0)), 'running',
        {now:Int64} / 1000 - ifNull(beat, received) < if(beat IS NULL OR interval <= 0, 1800, 3 * interval), 'stalled',
        'vanished'
      ) AS state
    FROM listed LEFT JOIN gaps USING (id)
  )`;

/** The columns of a {@link RunRow}. */
export const RUN_COLUMNS =
  'id, name, tags, notes, model, dataset, project, labels, state, started, finished, lastPoint, received, duration, ranks, starts';

/** Of a run's last point. */
export interface LastPoint {
  readonly lastStep: number | undefined;
  readonly lastEpoch: number | undefined;
  readonly lastLoss: number | undefined;
}

export function toRun(row: RunRow, last: LastPoint | undefined): Run {
  return {
    id: row.id,
    name: row.name,
    tags: row.tags,
    notes: row.notes,
    model: row.model,
    dataset: row.dataset,
    project: row.project,
    labels: labelsOf(row.labels),
    state: row.state,
    startedAt: toNanos(row.started),
    finishedAt: toNanos(row.finished),
    lastPointAt: toNanos(row.lastPoint),
    lastReceivedAt: BigInt(row.received) * 1_000_000_000n,
    duration: BigInt(row.duration),
    lastStep: last?.lastStep,
    lastEpoch: last?.lastEpoch,
    lastLoss: last?.lastLoss,
    ranks: row.ranks,
    starts: Number(row.starts),
  };
}

/** Without those that are its name and its tags. */
function labelsOf(json: string): Record<string, string> {
  const labels = json === '' ? {} : (JSON.parse(json) as Record<string, string>);
  return Object.fromEntries(
    Object.entries(labels).filter(([key]) => key !== 'name' && !key.startsWith('tag.')),
  );
}

function toNanos(text: string | null): bigint | undefined {
  return text === null ? undefined : BigInt(text);
}
