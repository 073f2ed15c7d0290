import { metricRequest, numberPoint } from './open-api.ts';

const SECOND = 1_000_000_000n;

/** An export request with points of one curve of a run, a second apart, from step 1 on. */
export function curveRequest(
  run: string,
  values: readonly number[],
  { metric = 'loss', start, firstStep = 1 }: { metric?: string; start: bigint; firstStep?: number },
): Uint8Array {
  const dataPoints = values.map((value, index) => {
    const batch = firstStep + index;
    return numberPoint({
      time: start + BigInt(batch) * SECOND,
      start,
      value,
      attributes: { 'job.id': run, 'model.name': 'resnet', dataset: 'imagenet', epoch: 0, batch },
    });
  });
  return metricRequest('trainer', { name: `ml.training.${metric}`, unit: '1', gauge: { dataPoints } });
}
