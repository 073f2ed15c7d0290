/** How far a run is; `part` from 0 to 1 where its end is known. */
export interface Progress {
  readonly text: string;
  readonly part: number | undefined;
}

/** The end of a run, as its configuration says. */
export interface RunEnd {
  readonly steps?: number;
  readonly epochs?: number;
}

/** Names that trainers give to it, without what separates words. */
const STEP_KEYS = [
  'totalsteps',
  'maxsteps',
  'numsteps',
  'numtrainsteps',
  'trainsteps',
  'totalbatches',
  'maxiters',
  'iterations',
  'steps',
];
const STEPS_OF_EPOCH_KEYS = ['batchesperepoch', 'stepsperepoch'];
const EPOCH_KEYS = ['epochs', 'numepochs', 'maxepochs', 'numtrainepochs', 'totalepochs'];

/** Looks for a total of steps or epochs in a configuration, at the top or one level below. @param json as it was sent */
export function readRunEnd(json: string | undefined): RunEnd {
  const entries = new Map<string, number>();
  const add = (value: unknown, deeper: boolean) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [key, one] of Object.entries(value)) {
      const name = key.toLowerCase().replace(/[^a-z]/g, '');
      if (typeof one === 'number' && one > 0 && Number.isFinite(one)) {
        if (!entries.has(name)) entries.set(name, one);
      } else if (deeper) add(one, false);
    }
  };
  try {
    add(JSON.parse(json ?? 'null'), true);
  } catch {
    // What is no JSON says nothing about the end.
  }
  const first = (keys: readonly string[]) =>
    keys.map((key) => entries.get(key)).find((value) => value !== undefined);
  const epochs = first(EPOCH_KEYS);
  const perEpoch = first(STEPS_OF_EPOCH_KEYS);
  const steps =
    first(STEP_KEYS) ?? (epochs !== undefined && perEpoch !== undefined ? epochs * perEpoch : undefined);
  return { ...(steps !== undefined && { steps }), ...(epochs !== undefined && { epochs }) };
}

interface Place {
  readonly state: string;
  readonly lastStep?: number | undefined;
  readonly lastEpoch?: number | undefined;
}

/** By steps where the number of all is known, else by epochs. What is finished is done, whatever it said before. */
export function progressOf({ state, lastStep, lastEpoch }: Place, end: RunEnd): Progress {
  const count = (value: number) => Math.floor(value).toLocaleString('en-GB');
  const of = (noun: string, value: number | undefined, all: number | undefined) =>
    value === undefined ? [] : [`${noun} ${count(value)}${all === undefined ? '' : ` / ${count(all)}`}`];
  // The epochs are only a way to count the steps where both are known.
  const at = [
    ...of('step', lastStep, end.steps),
    ...(end.steps === undefined || lastStep === undefined ? of('epoch', lastEpoch, end.epochs) : []),
  ];
  const text = at.join(' · ') || '–';
  if (state === 'finished') return { text, part: 1 };
  const parts = [
    end.steps !== undefined && lastStep !== undefined ? lastStep / end.steps : undefined,
    end.epochs !== undefined && lastEpoch !== undefined ? lastEpoch / end.epochs : undefined,
  ];
  const part = parts.find((one) => one !== undefined);
  return { text, part: part === undefined ? undefined : Math.max(0, Math.min(1, part)) };
}
