/** How long telemetry is kept, and where it goes then. */

export { type ApplyOptions, applyRetention, type SignalOutcome } from './apply.ts';
export { ArchiveError } from './archive/archive-error.ts';
export { type ArchiveFolder, archiveFolder } from './archive/archive-folder.ts';
export type { Archive, ArchiveStep } from './archive/archive-record.ts';
export { type ArchiverOptions, archiveRemover } from './archive/archiver.ts';
export { recoverArchives } from './archive/recover.ts';
export { listArchives, releaseArchive, restoreArchive } from './archive/restore.ts';
export { dropRemover, type Remover } from './drop.ts';
export type { Expired } from './expired.ts';
export { type PlanOptions, planRetention, type SignalPlan } from './plan.ts';
export type { Days, Retention } from './retention.ts';
export { RETAINED, type Retained } from './signal-tables.ts';
