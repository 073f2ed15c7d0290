import { setting, text, wholeNumber } from '@ml-otel/service-kit/settings';
import type { Days, Retained, Retention } from '@ml-otel/telemetry-store/retention';
import * as v from 'valibot';

const ACCEPTS = 'days or weeks such as 30d or 8w, up to 36500d, or off';
const DAYS_OF = { d: 1, w: 7 } as const;

/** `30d`, `8w`; `off` keeps for ever. */
const days = v.pipe(
  text,
  v.toLowerCase(),
  v.regex(/^(off|[1-9]\d{0,4}[dw])$/),
  v.transform((given): Days => {
    if (given === 'off') return undefined;
    return Number(given.slice(0, -1)) * DAYS_OF[given.at(-1) as 'd' | 'w'];
  }),
  v.check((given) => given === undefined || given <= 36_500),
);

function retention(signal: Retained, fallback: string, what: string) {
  return setting({
    variable: variableOf(signal),
    default: fallback,
    accepts: ACCEPTS,
    description: `How long ${what} kept, from the day of their arrival; off keeps them for ever.`,
    schema: days,
  });
}

/** The setting of a signal's retention. */
export function variableOf(signal: Retained): string {
  return `RETENTION_${signal.toUpperCase()}`;
}

/** How long what is kept, and where it goes then. */
export const RETENTION_SETTINGS = {
  retentionLogs: retention('logs', '30d', 'log records are'),
  retentionTraces: retention('traces', '30d', 'spans are'),
  retentionMetrics: retention('metrics', '30d', 'metric points are, curves of training runs aside,'),
  retentionTraining: retention(
    'training',
    'off',
    'training runs are, counted from the last that came of each,',
  ),
  retentionConfirm: setting({
    variable: 'RETENTION_CONFIRM',
    accepts: 'signal=retention, several with commas, such as logs=7d,traces=7d',
    description:
      'Agrees to a retention that is shorter than the one before and deletes more. Holds for exactly these values.',
    schema: v.pipe(
      text,
      v.transform((given) =>
        given.split(',').map((each) =>
          each
            .trim()
            .split('=')
            .map((part) => part.trim()),
        ),
      ),
      v.array(v.strictTuple([v.picklist(['logs', 'traces', 'metrics', 'training']), days])),
    ),
  }),
  archiveFolder: setting({
    variable: 'ARCHIVE_DIR',
    accepts: 'the path of a folder',
    description:
      'Days that are past their retention are written here as Parquet before they go; embedded store only. Training runs are not archived.',
    schema: v.pipe(text, v.regex(/^[^*?{}]+$/)),
  }),
  backupsKept: setting({
    variable: 'BACKUPS_KEPT',
    default: '3',
    accepts: 'a number, 1 to 100',
    description: 'Backups that are kept of those made before the embedded store is brought to a new version.',
    schema: wholeNumber(1, 100),
  }),
};

interface RetentionConfig {
  readonly retentionLogs: Days;
  readonly retentionTraces: Days;
  readonly retentionMetrics: Days;
  readonly retentionTraining: Days;
  readonly retentionConfirm: readonly (readonly [Retained, Days])[] | undefined;
}

export function retentionOf(config: RetentionConfig): Retention {
  return {
    logs: config.retentionLogs,
    traces: config.retentionTraces,
    metrics: config.retentionMetrics,
    training: config.retentionTraining,
  };
}

/** Whether the settings agree to this retention of a signal. */
export function confirmedBy({ retentionConfirm = [] }: Pick<RetentionConfig, 'retentionConfirm'>) {
  return (signal: Retained, given: Days): boolean =>
    (retentionConfirm ?? []).some(([of, agreed]) => of === signal && agreed === given);
}
