/** `bun bench/main.ts [question …]`: measures and prints; all questions where none is named. */
import { measureGateway } from './gateway/index.ts';
import { measureIngest } from './ingest/index.ts';
import { measureLive } from './live/index.ts';
import { measurePage } from './page/index.ts';
import { measurePythonApps } from './python-apps/index.ts';
import { measurePythonLog } from './python-log/index.ts';
import { measureQuery } from './query/index.ts';
import { measureRecord } from './record/index.ts';
import { measureShortJobs } from './short-jobs/index.ts';
import { measureSidecarIdle } from './sidecar-idle/index.ts';
import { describeMachine } from './support/machine.ts';
import { measureTraining } from './training/index.ts';
import { measureViews } from './views/index.ts';

const QUESTIONS: Readonly<Record<string, () => Promise<string>>> = {
  record: measureRecord,
  gateway: measureGateway,
  'sidecar-idle': measureSidecarIdle,
  'short-jobs': measureShortJobs,
  ingest: measureIngest,
  views: measureViews,
  page: measurePage,
  live: measureLive,
  query: measureQuery,
  training: measureTraining,
  'python-log': measurePythonLog,
  'python-apps': measurePythonApps,
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in QUESTIONS));
if (unknown.length > 0) {
  console.error(`No such question: ${unknown.join(', ')}. There are: ${Object.keys(QUESTIONS).join(', ')}.`);
  process.exit(2);
}

for (const name of named.length > 0 ? named : Object.keys(QUESTIONS)) {
  console.log(`\n== ${name} == ${describeMachine()}\n`);
  console.log(await QUESTIONS[name]!());
}
// Clients of OpenTelemetry keep their sockets a while.
process.exit(0);
