import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { catalogue } from '../../metrics/metrics-query.ts';
import type { RunDetail } from '../runs-query.ts';
import { askedOf, isLive, type Machine, machineOf } from './machine.ts';

const LOOK_AGAIN_MILLIS = 10_000;

/** What a run sent besides its curves; undefined where that is nothing, and until it is known. */
export function useMachine(run: RunDetail): Machine | undefined {
  const { data } = useQuery({
    ...catalogue(askedOf(run), run.id),
    refetchInterval: isLive(run) ? LOOK_AGAIN_MILLIS : false,
  });
  const { id, state, startedAt, finishedAt, lastPointAt, lastReceivedAt, duration } = run;
  // A run that is told anew with each step is another object each time; of that only this matters.
  const end = isLive(run) ? undefined : `${finishedAt} ${lastPointAt} ${lastReceivedAt} ${duration}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the last points of the machine say how far a live run is
  return useMemo(
    () => (data === undefined ? undefined : machineOf(run, data.rows)),
    [data, id, state, startedAt, end],
  );
}
