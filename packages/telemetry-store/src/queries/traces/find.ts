import type { Connection } from '../../connection/connection.ts';
import type { Condition } from '../condition.ts';
import { inWindows, type Page, type PagePart, type PageRequest, readPage } from '../page.ts';
import type { QueryContext } from '../query-context.ts';
import { earlier, later, type TimeRange } from '../time-range.ts';
import { type Candidate, readAlsoIn, readCandidates } from './candidates.ts';
import { type SpanFilter, spanCondition } from './filter.ts';
import { readSummaries, type TraceSummary } from './summaries.ts';
import { TraceTimes } from './trace-times.ts';

export type FindTracesRequest = PageRequest & SpanFilter;

export interface FoundTrace extends TraceSummary {
  readonly traceId: string;
  /** Of its first span in the range that fits the filter, nanoseconds since 1970: the list is ordered by it. */
  readonly time: bigint;
}

/**
 * Traces with a span in the range that fits the filter, a page at a time, each once; by the start of the first such span,
 * and by trace id where that is the same. Spans without a trace id are of none.
 *
 * @throws QueryError for a cursor that is none, and for a limit out of bounds
 */
export async function findTraces(
  connection: Connection,
  request: FindTracesRequest,
  context: QueryContext = {},
): Promise<Page<FoundTrace>> {
  const filter = spanCondition(request);
  const times = new TraceTimes(connection, context);
  const page = await readPage<Candidate>(
    {
      name: 'traces',
      id: { sql: 'id', type: 'String' },
      read: inWindows((part) => readPart(connection, request.range, part, { filter, times }, context)),
    },
    request,
  );
  const shown = await times.of(page.rows.map(({ id }) => id));
  const summaries = await readSummaries(connection, shown, context);
  const rows = page.rows.flatMap(({ id, time }) => {
    const summary = summaries.get(id);
    return summary === undefined ? [] : [{ traceId: id, time, ...summary }];
  });
  return { ...page, rows };
}

/** A trace that reaches over the border of a window is of the window that its first fitting span is in. */
async function readPart(
  connection: Connection,
  range: TimeRange,
  part: PagePart,
  known: { readonly filter: Condition; readonly times: TraceTimes },
  context: QueryContext,
): Promise<Candidate[]> {
  const { filter } = known;
  const found: Candidate[] = [];
  let rest: PagePart | undefined = part;
  while (rest !== undefined && found.length < part.limit) {
    const candidates: Candidate[] = await readCandidates(connection, rest, filter, context);
    const within = { range, window: part.window };
    const elsewhere = await readBegunBefore(connection, candidates, within, known, context);
    found.push(...candidates.filter(({ id }) => !elsewhere.has(id)));
    rest = candidates.length < rest.limit ? undefined : partBehind(rest, candidates.at(-1)!);
  }
  return found.slice(0, part.limit);
}

async function readBegunBefore(
  connection: Connection,
  candidates: readonly Candidate[],
  { range, window }: { range: TimeRange; window: TimeRange },
  { filter, times }: { readonly filter: Condition; readonly times: TraceTimes },
  context: QueryContext,
): Promise<Set<string>> {
  if (window.from <= range.from) return new Set();
  const known = await times.of(candidates.map(({ id }) => id));
  const early = [...known].filter(([, { from }]) => from < window.from);
  const first = early.reduce((least, [, { from }]) => earlier(from, least), window.from);
  const before = { from: later(range.from, first), to: window.from };
  return readAlsoIn(
    connection,
    early.map(([id]) => id),
    before,
    filter,
    context,
  );
}

/** The same window, of which everything up to this candidate has been read. */
function partBehind(part: PagePart, { time, id }: Candidate): PagePart {
  const operator = part.direction === 'older' ? '<' : '>';
  return {
    ...part,
    beyond: {
      sql: `(time, id) ${operator} ({cursorTime:Int64}, {cursorId:String})`,
      params: { cursorTime: time, cursorId: id },
    },
  };
}
