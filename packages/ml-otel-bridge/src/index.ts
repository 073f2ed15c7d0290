export { type Bridge, type BridgeStats, createBridge, type RecordOptions } from './bridge.ts';
export type { BridgeOptions } from './bridge-options.ts';
export type { Clock } from './clock.ts';
export type { OtlpClient, OtlpOptions } from './export/otlp-client.ts';
export type { SendOutcome } from './export/send-outcome.ts';
export type { RecordOutcome } from './intake.ts';
export type { BridgeLogger } from './logger.ts';
export { type Run, type RunOptions, type Step, startRun } from './run.ts';
export { RUN_EVENTS, type RunEvent } from './runs/run-event.ts';
export {
  createSnapshotFileSource,
  type SnapshotFileOptions,
  type SnapshotFileSource,
  type SnapshotFileStatus,
} from './sources/snapshot-file.ts';
export {
  createStepMetricProducer,
  type StepMetricProducer,
  type StepMetricProducerOptions,
} from './step-metric-producer.ts';
export { VERSION } from './version.ts';
