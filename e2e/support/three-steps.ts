/** A training program of three steps; ends with 1 when not all of it could be sent. */
import { startRun } from 'ml-otel-bridge';

const run = startRun({ jobId: 'three-steps', modelName: 'm', dataset: 'd' });
for (const batch of [1, 2, 3]) run.log({ loss: 1 / batch }, { batch });
process.exitCode = (await run.end()) ? 0 : 1;
