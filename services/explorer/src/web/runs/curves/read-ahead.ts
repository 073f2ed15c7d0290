import { type QueryClient, QueryObserver, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { CurvesOf } from './curves-query.ts';
import type { MetricCurves } from './merge-curves.ts';

/** Curves of a chart: of more, a zoom is left to the server. */
const MOST_CURVES = 4;
/** Milliseconds between two looks whether it may begin. */
const LOOK = 100;

/**
 * Once the pointer is among the charts, and nothing else is being read, what they show is read in finer buckets as well: a zoom
 * then has its answer, see `knownCurves`. Not where every point is there already, nor for somebody who saves data.
 */
export function useReadAhead(
  finer: CurvesOf | undefined,
  metric: string,
  shown: MetricCurves | undefined,
): void {
  const client = useQueryClient();
  const curves = shown?.curves ?? [];
  const isWanted = curves.length <= MOST_CURVES && curves.some(({ exact }) => !exact) && !savesData();
  useEffect(() => {
    if (finer !== undefined && isWanted) return whenQuiet(client, () => keepRead(client, finer, metric));
    return undefined;
  }, [client, finer, metric, isWanted]);
}

/** @returns what ends the waiting, or what began after it */
function whenQuiet(client: QueryClient, begin: () => () => void): () => void {
  let end = () => clearInterval(timer);
  const timer = setInterval(() => {
    if (!isNear() || client.isFetching({ predicate: ({ meta }) => meta?.ahead !== true }) > 0) return;
    clearInterval(timer);
    end = begin();
  }, LOOK);
  return () => end();
}

/** Whether the pointer is where somebody would zoom: who only looks at a run is not sent what is for that. */
function isNear(): boolean {
  return document.querySelector('.chart-grid:hover') !== null;
}

/** Reads it, and keeps it while somebody wants it; nothing is drawn anew. */
function keepRead(client: QueryClient, { query }: CurvesOf, metric: string): () => void {
  return new QueryObserver(client, query(metric)).subscribe(() => {});
}

function savesData(): boolean {
  const { connection } = navigator as Navigator & { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
}
