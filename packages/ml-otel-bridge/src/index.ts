export { type Bridge, type BridgeStats, createBridge, type RecordOptions } from './bridge.ts';
export type { BridgeOptions } from './bridge-options.ts';
export type { RecordOutcome } from './intake.ts';
export type { BridgeLogger } from './logger.ts';
