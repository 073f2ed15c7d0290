import { Hono } from 'hono';
import * as v from 'valibot';
import { eventStream } from '../tail/event-stream.ts';
import type { Source } from '../tail/feed.ts';
import type { Watched } from '../tail/feeds.ts';
import { type LogNews, logSource } from '../tail/sources/log-source.ts';
import { runSource } from '../tail/sources/run-source.ts';
import { runsSource } from '../tail/sources/runs-source.ts';
import type { TailQuery } from '../tail/tail-query.ts';
import { params, query, stream } from './describe.ts';
import type { ApiParts } from './parts.ts';
import { LOG_FILTER, logFilter } from './schema/log-filter.ts';
import { LOG_RECORD, toLogRecordJson } from './schema/log-record.ts';
import { textParameter } from './schema/parameter.ts';
import { RUN, RUN_DETAIL, RUN_METRIC } from './schema/run.ts';

const TAG = 'tail';

const LOG_NEWS = v.object({
  records: v.pipe(v.array(LOG_RECORD), v.description('In the order in which they came.')),
  more: v.pipe(v.boolean(), v.description('More came at once than is told here: `/api/logs` has them.')),
});

const RUNS_NEWS = v.object({
  runs: v.pipe(
    v.array(RUN),
    v.description('First all that are looked after, then those of which something changed.'),
  ),
  gone: v.pipe(v.array(v.string()), v.description('Ids of runs that were deleted.')),
});

const RUN_NEWS = v.object({
  run: v.optional(RUN_DETAIL),
  metrics: v.pipe(
    v.array(RUN_METRIC),
    v.description('First all curves, then those with new points: with the time and value of the last one.'),
  ),
  gone: v.pipe(v.boolean(), v.description('There is no such run, or no more.')),
});

/** How often runs are looked at although nothing came: one stalls or vanishes by time alone. */
const RUNS_MILLIS = 5_000;

/** Server-sent events of what comes in. One query answers all who watch the same. */
export function tailRoutes({ feeds, store, tailGate, now, streamTimes }: ApiParts) {
  const ask: TailQuery = (work) => tailGate.run(NEVER, () => work(store, { limits: { seconds: 10 } }));
  const millis = () => Number(now() / 1_000_000n);
  const answer = <T>(request: Request, name: string, watched: Watched<T>) => {
    const lastId = request.headers.get('last-event-id') ?? undefined;
    return eventStream<T>((watcher) => feeds.watch(watched, watcher, lastId), name, {
      signal: request.signal,
      times: streamTimes,
    });
  };
  return new Hono()
    .get(
      '/api/tail/logs',
      stream({
        tag: TAG,
        summary: 'Log records as they come',
        description:
          'Events `logs`. After a break `Last-Event-ID` goes on from there; where the server does not remember, what came in ' +
          'the last seconds before may be told again: leave out records whose time and id you have.',
        events: LOG_NEWS,
      }),
      query(v.strictObject(LOG_FILTER)),
      (c) => {
        const asked = c.req.valid('query');
        const filter = logFilter(asked);
        return answer(c.req.raw, 'logs', {
          key: `logs ${JSON.stringify(filter)}`,
          signals: ['logs'],
          source: () => mapped(logSource(ask, filter, millis), toLogNewsJson),
        });
      },
    )
    .get(
      '/api/tail/runs',
      stream({
        tag: TAG,
        summary: 'What changes in the list of runs',
        description: 'Events `runs`.',
        events: RUNS_NEWS,
      }),
      (c) =>
        answer(c.req.raw, 'runs', {
          key: 'runs',
          signals: ['metrics', 'logs'],
          everyMillis: RUNS_MILLIS,
          source: () => runsSource(ask, millis),
        }),
    )
    .get(
      '/api/tail/runs/:id',
      stream({
        tag: TAG,
        summary: 'What changes of one run',
        description: 'Events `run`.',
        events: RUN_NEWS,
        problems: ['not-found'],
      }),
      params(v.object({ id: textParameter({ description: 'The id of the run, `job.id`.' }) })),
      (c) => {
        const { id } = c.req.valid('param');
        return answer(c.req.raw, 'run', {
          key: `run ${id}`,
          signals: ['metrics', 'logs'],
          everyMillis: RUNS_MILLIS,
          source: () => runSource(ask, id, millis),
        });
      },
    );
}

const NEVER = new AbortController().signal;

/** The same source, its news in other words. */
function mapped<From, To>(source: Source<From>, convert: (news: From) => To): Source<To> {
  return {
    poll: async () => (await source.poll()).map(convert),
    begin: async (position) => (await source.begin(position)).map(convert),
    position: () => source.position(),
  };
}

function toLogNewsJson({ records, more }: LogNews) {
  return { records: records.map(({ receivedAt: _, ...record }) => toLogRecordJson(record)), more };
}
