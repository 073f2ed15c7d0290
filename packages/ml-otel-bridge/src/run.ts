import type { AnyValue } from '@opentelemetry/api';
import { type Bridge, createBridge } from './bridge.ts';
import type { BridgeOptions } from './bridge-options.ts';
import { DEFAULTS } from './bridge-options.ts';
import { type Clock, systemClock, toTime } from './clock.ts';
import type { RecordOutcome } from './intake.ts';
import { RUN_EVENTS } from './runs/run-event.ts';
import type { SnapshotInput, Time } from './schema/index.ts';

/** A run to be followed. */
export interface RunOptions {
  readonly jobId: string;
  readonly modelName?: string;
  readonly dataset?: string;
  /** This process's rank, in a distributed run. */
  readonly rank?: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** Hyperparameters and whatever else belongs to the run: any JSON. */
  readonly config?: Readonly<Record<string, AnyValue>>;
  /** Default: now. */
  readonly startTime?: Date;
  /** A bridge shared with other runs; default: one of this run's own, which ends with it. */
  readonly bridge?: Bridge;
  /** Set-up of this run's own bridge. */
  readonly bridgeOptions?: BridgeOptions;
}

/** Where in the run a measurement was made. */
export interface Step {
  /** May be fractional. */
  readonly epoch?: number;
  /** Number of the batch or step, as the framework counts it. */
  readonly batch?: number;
  /** Default: now. */
  readonly time?: Date;
}

/** A training run that is going on. */
export interface Run extends AsyncDisposable {
  readonly jobId: string;
  /** Records metrics of a step. Never throws and never waits; the answer says what was wrong with bad data. */
  log(metrics: Readonly<Record<string, number>>, step?: Step): RecordOutcome;
  /**
   * Ends the run (default: `finished`) and sends what waits; false when not all of it could be sent in time. A run's
   * own bridge ends with it. Later calls change nothing. `await using` ends the run as finished.
   */
  end(status?: 'finished' | 'failed'): Promise<boolean>;
}

/**
 * Starts a run: the receiver is told of it and of its configuration at once.
 *
 * @throws RangeError where the run's own bridge cannot be made (see {@link createBridge}) or the run's description is
 * refused, with every issue
 */
export function startRun(options: RunOptions): Run {
  const { jobId, modelName, dataset = '', rank, labels, config, bridgeOptions = {} } = options;
  const clock = bridgeOptions.clock ?? systemClock;
  const bridge = options.bridge ?? createBridge(bridgeOptions);
  const heartbeatMillis = bridgeOptions.heartbeatIntervalMillis ?? DEFAULTS.heartbeatIntervalMillis;
  const nextTime = createRisingTime(clock);
  const start = nextTime(options.startTime);
  const job_metadata: SnapshotInput['job_metadata'] = {
    job_id: jobId,
    model_name: modelName ?? '',
    dataset,
    start_time: isoTime(start),
    ...(rank !== undefined && { rank }),
    ...(labels && { labels: { ...labels } }),
  };

  const send = (rest: Omit<SnapshotInput, 'job_metadata'>, time: Time) =>
    bridge.record({ timestamp: isoTime(time), job_metadata, ...rest });

  const begun = send({ status: 'running', ...(config && { config }) }, start);
  if (begun.status === 'rejected') {
    if (!options.bridge) void bridge.shutdown({ timeoutMillis: 0 });
    const issues = begun.issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new RangeError(`the run cannot start: ${issues}`);
  }

  let ended: Promise<boolean> | undefined;
  let lastHeard = clock.now();
  let cancelHeartbeat = clock.after(heartbeatMillis, heartbeat);

  /** While steps are logged the bridge sends heartbeats itself; between them the run does. */
  function heartbeat(): void {
    if (ended) return;
    cancelHeartbeat = clock.after(heartbeatMillis, heartbeat);
    if (clock.now() - lastHeard < heartbeatMillis) return;
    bridge.emit({
      jobId,
      modelName: modelName ?? '',
      dataset,
      ...(rank !== undefined && { rank }),
      name: RUN_EVENTS.heartbeat,
      time: toTime(clock.now()),
      observed: toTime(clock.now()),
      attributes: { 'ml.run.heartbeat.interval': heartbeatMillis / 1_000 },
    });
  }

  async function finish(status: 'finished' | 'failed'): Promise<boolean> {
    cancelHeartbeat();
    send({ status }, nextTime());
    return options.bridge ? bridge.flush() : bridge.shutdown({ timeoutMillis: 10_000 });
  }

  const end: Run['end'] = (status = 'finished') => {
    ended ??= finish(status);
    return ended;
  };

  return {
    jobId,
    log(metrics, { epoch, batch, time } = {}) {
      lastHeard = clock.now();
      const training_metrics = {
        ...metrics,
        ...(epoch !== undefined && { epoch }),
        ...(batch !== undefined && { batch_number: batch }),
      };
      return send({ training_metrics }, nextTime(time));
    },
    end,
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}

/** Times that never repeat: two equal measurements within a millisecond are still two. */
function createRisingTime(clock: Clock): (given?: Date) => Time {
  let lastNanos = 0n;
  return (given) => {
    const [seconds, nanoseconds] = toTime(given?.getTime() ?? clock.now());
    let nanos = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
    if (given === undefined && nanos <= lastNanos) nanos = lastNanos + 1_000n;
    if (given === undefined) lastNanos = nanos;
    return [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)];
  };
}

function isoTime([seconds, nanoseconds]: Time): string {
  const whole = new Date(seconds * 1_000).toISOString().slice(0, 19);
  return `${whole}.${String(nanoseconds).padStart(9, '0')}Z`;
}
