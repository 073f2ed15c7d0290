import { join } from 'node:path';
import * as v from 'valibot';

const MANIFEST = v.object({
  /** A hash of what the page was built from. */
  sources: v.string(),
  /** Paths of the scripts that every view needs. */
  initial: v.array(v.string()),
  /** Paths of the scripts that a view needs besides, by its name, such as `run-view`. */
  views: v.record(v.string(), v.array(v.string())),
  /** What a view asks first, by its name; `:runId` stands for what the path has there. */
  questions: v.record(v.string(), v.array(v.string())),
  /** Paths of all files, without their compressed forms. */
  files: v.array(v.string()),
});

/** What a build wrote about itself. Paths are relative to the folder. */
export type PageManifest = v.InferOutput<typeof MANIFEST>;

/** Undefined where there is no built page, or one of another make. */
export async function readManifest(folder: string): Promise<PageManifest | undefined> {
  const file = Bun.file(join(folder, 'manifest.json'));
  if (!(await file.exists())) return undefined;
  const parsed = v.safeParse(MANIFEST, await file.json().catch(() => undefined));
  return parsed.success ? parsed.output : undefined;
}
