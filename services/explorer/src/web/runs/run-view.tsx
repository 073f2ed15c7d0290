import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { ApiError } from '../api/api-error.ts';
import { useShortcuts } from '../shell/shortcuts.tsx';
import { ViewFrame } from '../shell/view-frame.tsx';
import { useTime } from '../time/time-context.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Failure } from '../ui/failure.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { ChartControls } from './chart/chart-controls.tsx';
import type { Picked } from './chart/curve-plot.tsx';
import { MetricCharts } from './chart/metric-charts.tsx';
import { useSettings } from './chart/use-settings.ts';
import {
  curvesOf as curvesFor,
  finerCurvesOf as finerCurvesFor,
  SMALL_POINTS,
} from './curves/curves-query.ts';
import { useMachine } from './machine/use-machine.ts';
import { RunHead, RunLinks } from './run-head.tsx';
import { useRunTail } from './run-tail.ts';
import { type RunDetail, runDetail, runMetrics } from './runs-query.ts';
import { RUN_SEARCH, type RunSearch } from './runs-search.ts';
import { StateBadge } from './state-badge.tsx';

const ConfigTable = lazyPart(async () => (await import('./config-table.tsx')).ConfigTable);
const MomentPanel = lazyPart(async () => (await import('./moment-panel.tsx')).MomentPanel);
const DeleteRunsDialog = lazyPart(async () => (await import('./delete-runs-dialog.tsx')).DeleteRunsDialog);
const EditRunDialog = lazyPart(async () => (await import('./edit-run-dialog.tsx')).EditRunDialog);

const route = getRouteApi('/runs/$runId');

/** Buckets of a curve in a chart that fills the window. */
const FULL_POINTS = 1_500;

/** One run: all of its metrics, live, what it was configured with, and what it logged and did at any moment. */
export function RunView() {
  const { runId } = route.useParams();
  const search = route.useSearch() as RunSearch;
  const navigate = useNavigate();
  const change = useCallback(
    (changed: { [K in keyof RunSearch]?: RunSearch[K] | undefined }) =>
      void navigate({
        to: '/runs/$runId',
        params: { runId },
        search: (before: object) => ({ ...before, ...changed }),
        replace: true,
      }),
    [navigate, runId],
  );
  const detail = useQuery(runDetail(runId));
  // The charts come later, but what they are named is asked for at once, and so is the curve that most begin with.
  usePrefetchQuery(runMetrics(runId));
  usePrefetchQuery(firstCurve(runId));
  const run = detail.data;
  const [edited, setEdited] = useState(false);
  const [deleted, setDeleted] = useState(false);
  const gone = detail.error instanceof ApiError && detail.error.status === 404;
  return (
    <ViewFrame
      title={run?.name ?? runId}
      search={RUN_SEARCH}
      timed={false}
      crumb={
        <Link className="crumb" to="/runs">
          Runs /
        </Link>
      }
      beside={run && <StateBadge state={run.state} />}
      tools={
        run && (
          <>
            <span className="run-links wide-only">
              <RunLinks run={run} />
            </span>
            <IconButton
              icon="edit"
              label="Edit name, tags and notes"
              keys="e"
              onClick={() => setEdited(true)}
            />
          </>
        )
      }
    >
      <EditKey onEdit={() => setEdited(true)} />
      {gone && (
        <EmptyState icon="runs" title="There is no such run">
          <p>
            It may have been deleted, or nothing of it has come yet. <Link to="/runs">To all runs</Link>
          </p>
        </EmptyState>
      )}
      {detail.isError && !gone && run === undefined && (
        <Failure
          what="The run could not be read"
          error={detail.error}
          onRetry={() => void detail.refetch()}
        />
      )}
      {detail.isPending && <SkeletonRows rows={10} height={40} />}
      {run !== undefined && !gone && <Run key={runId} run={run} search={search} change={change} />}
      {run !== undefined && edited && (
        <EditRunDialog
          run={run}
          onClose={() => setEdited(false)}
          onDelete={() => {
            setEdited(false);
            setDeleted(true);
          }}
        />
      )}
      {run !== undefined && deleted && (
        <DeleteRunsDialog
          runs={[run]}
          onClose={() => setDeleted(false)}
          onDeleted={() => void navigate({ to: '/runs' })}
        />
      )}
    </ViewFrame>
  );
}

/** As the view draws it where its address says nothing else. `first-questions.ts` has the browser ask for it with the page. */
function firstCurve(run: string) {
  const request = {
    runs: [run],
    x: 'step',
    range: undefined,
    points: SMALL_POINTS,
    attempts: 'latest',
  } as const;
  return curvesFor(request).query('ml.training.loss');
}

function EditKey({ onEdit }: { readonly onEdit: () => void }) {
  useShortcuts([{ keys: 'e', label: 'Edit the run', run: onEdit }]);
  return null;
}

interface RunProps {
  readonly run: RunDetail;
  readonly search: RunSearch;
  readonly change: (changed: { [K in keyof RunSearch]?: RunSearch[K] | undefined }) => void;
}

function Run({ run, search, change }: RunProps) {
  const { zone } = useTime();
  const { id, name } = run;
  const settings = useSettings(search);
  const { x, range } = settings;
  const points = search.metric === undefined ? SMALL_POINTS : FULL_POINTS;
  const curvesOf = useMemo(
    () => curvesFor({ runs: [id], x, range, points, attempts: 'latest' }),
    [id, x, range, points],
  );
  const running = run.state === 'running';
  const whole = search.metric === undefined;
  const finer = useMemo(
    // What grows is another by the time that somebody zooms.
    () => (running || !whole ? undefined : finerCurvesFor(curvesOf.request)),
    [running, whole, curvesOf],
  );
  const abandoned = useMemo(
    () => (search.attempts ? curvesFor({ runs: [id], x, range, points, attempts: 'all' }) : undefined),
    [id, x, range, points, search.attempts],
  );
  const live = useRunTail(id, curvesOf);
  const metrics = useQuery(runMetrics(id));
  const key = metrics.data?.rows.map(({ metric }) => metric).join('\n') ?? '';
  const names = useMemo(() => [...new Set(key === '' ? [] : key.split('\n'))], [key]);
  const machine = useMachine(run);
  const count = names.length + (machine?.entries.size ?? 0);
  const at = search.at === undefined ? undefined : Date.parse(search.at);
  const moment = at !== undefined && Number.isFinite(at) ? at : undefined;
  const scene = useMemo(
    () => ({
      looks: [{ id, name, colour: 'series-0', dashed: false }],
      settings,
      curvesOf,
      finer,
      abandoned,
      at: moment,
      lit: undefined,
      zone,
      machine,
      onPick: ({ time }: Picked) => change({ at: new Date(time).toISOString(), metric: undefined }),
    }),
    [id, name, settings, curvesOf, finer, abandoned, moment, zone, machine, change],
  );
  const close = () => change({ at: undefined });
  useShortcuts([
    ...(moment === undefined ? [] : [{ keys: 'Escape', label: 'Close the moment', run: close }]),
    {
      keys: 'a',
      label: 'Every attempt',
      run: () => change({ attempts: search.attempts ? undefined : true }),
      group: 'Charts',
    },
  ]);
  const tab = search.tab ?? 'charts';
  return (
    <>
      <RunHead run={run} />
      <div className="run-tabs">
        <Segmented
          label="Of the run"
          value={tab}
          options={[
            { value: 'charts', label: `Charts ${count === 0 ? '' : count}` },
            { value: 'config', label: 'Configuration' },
          ]}
          onChange={(next) => change({ tab: next === 'config' ? 'config' : undefined })}
        />
        {running && (
          <span className="badge" data-kind={live === 'open' ? 'good' : 'warn'} role="status">
            <span className="live-dot" />
            {live === 'open' ? 'Live' : 'Connecting'}
          </span>
        )}
      </div>
      {tab === 'config' ? (
        <div className="run-body run-scroll">
          <ConfigTable config={run.config} />
        </div>
      ) : (
        <>
          <ChartControls search={search} change={change}>
            <Button
              aria-pressed={search.attempts === true}
              title="Also points that a later attempt went over"
              onClick={() => change({ attempts: search.attempts ? undefined : true })}
            >
              Attempts
            </Button>
          </ChartControls>
          <div className="run-body" data-moment={moment === undefined ? undefined : 'open'}>
            {metrics.isError && names.length === 0 && (
              <Failure
                what="The metrics could not be read"
                error={metrics.error}
                onRetry={() => void metrics.refetch()}
              />
            )}
            {metrics.isSuccess && count === 0 && (
              <p className="nothing">No points yet. They appear here as they come in.</p>
            )}
            <MetricCharts metrics={names} search={search} change={change} scene={scene} />
            {moment !== undefined && (
              <MomentPanel
                run={id}
                at={moment}
                around={search.around ?? '30s'}
                onAround={(around) => change({ around })}
                onClose={close}
              />
            )}
          </div>
        </>
      )}
    </>
  );
}
