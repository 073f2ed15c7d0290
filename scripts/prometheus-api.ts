import { parseSampleValue, type Sample } from './sample.ts';

type QueryAnswer =
  | { status: 'success'; data: { resultType: string; result: VectorElement[] } }
  | { status: 'error'; error: string };
type VectorElement = { metric: Record<string, string>; value: [number, string] };

/** Runs an instant query that gives a vector; throws with Prometheus's own words when it refuses. */
export async function queryPrometheus(url: string, query: string): Promise<Sample[]> {
  const address = new URL(`${url.replace(/\/+$/, '')}/api/v1/query`);
  address.searchParams.set('query', query);
  const response = await fetch(address, { signal: AbortSignal.timeout(10_000) });
  const answer = (await response.json()) as QueryAnswer;
  if (answer.status === 'error') throw new Error(`Prometheus refused \`${query}\`: ${answer.error}`);
  if (answer.data.resultType !== 'vector') throw new Error(`\`${query}\` gives no vector.`);
  return answer.data.result.map(({ metric: { __name__ = '', ...labels }, value }) => ({
    name: __name__,
    labels,
    value: parseSampleValue(value[1]),
  }));
}
