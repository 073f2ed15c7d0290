/**
 * The load maker, a process of its own: `bun load-maker.ts '<LoadPlan as JSON>'`. Makes every request before the clock
 * starts; then prints one line of JSON, a {@link LoadResult}.
 */
import { cpuUsage } from 'node:process';
import { type LoadPlan, requestsOf } from './load-plan.ts';
import { pushRequests } from './push-requests.ts';

/** Milliseconds since the epoch; `finished` is when the last request was answered. */
export interface LoadResult {
  readonly started: number;
  readonly finished: number;
  readonly cpuSeconds: number;
  /** Answers with 429; each was waited for as long as it said, and sent again. */
  readonly refusals: number;
}

const plan = JSON.parse(process.argv[2] ?? '') as LoadPlan;
const now = Date.now();
const jobs = Array.from({ length: plan.jobs }, (_, job) => requestsOf(plan, job, now));
Bun.gc(true);
const before = cpuUsage();
const started = Date.now();
const refused = await Promise.all(jobs.map((requests) => pushRequests(plan.port, requests)));
const finished = Date.now();
const { user, system } = cpuUsage(before);
const result: LoadResult = {
  started,
  finished,
  cpuSeconds: (user + system) / 1e6,
  refusals: refused.reduce((sum, count) => sum + count, 0),
};
console.log(JSON.stringify(result));
