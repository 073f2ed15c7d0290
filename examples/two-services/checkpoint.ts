import { rename } from 'node:fs/promises';
import * as v from 'valibot';
import type { Model } from './model.ts';

const CHECKPOINT = v.object({ epoch: v.number(), model: v.array(v.number()) });

/** What a trainer goes on from. */
export interface Checkpoint {
  /** The last one that was trained to its end. */
  readonly epoch: number;
  readonly model: Model;
}

/** Undefined where there is none. */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  const file = Bun.file(path);
  return (await file.exists()) ? v.parse(CHECKPOINT, await file.json()) : undefined;
}

/** Replaces the one before, whole or not at all. */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await Bun.write(`${path}.next`, JSON.stringify(checkpoint));
  await rename(`${path}.next`, path);
}
