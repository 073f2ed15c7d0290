import { expositionAt, jobName, snapshotAt } from './snapshots.ts';

/** What one run of the load maker does: each job pushes its steps in order over a connection of its own. */
export interface LoadPlan {
  readonly target: 'push-gateway' | 'pushgateway';
  readonly port: number;
  readonly jobs: number;
  readonly stepsPerJob: number;
  /** More than one only for `push-gateway`. */
  readonly snapshotsPerRequest: number;
  readonly format: 'json' | 'ndjson';
}

/** Every request of a job, as bytes on the wire, in order. */
export function requestsOf(plan: LoadPlan, job: number, now: number): Buffer[] {
  const requests: Buffer[] = [];
  for (let step = 1; step <= plan.stepsPerJob; step += plan.snapshotsPerRequest) {
    const steps = Array.from(
      { length: Math.min(plan.snapshotsPerRequest, plan.stepsPerJob - step + 1) },
      (_, index) => step + index,
    );
    requests.push(plan.target === 'pushgateway' ? put(plan, job, step) : post(plan, job, steps, now));
  }
  return requests;
}

function post(plan: LoadPlan, job: number, steps: readonly number[], now: number): Buffer {
  const snapshots = steps.map((step) => snapshotAt(job, step, now));
  if (plan.format === 'ndjson') {
    const lines = snapshots.map((snapshot) => `${JSON.stringify(snapshot)}\n`).join('');
    return http('POST', '/v1/metrics', plan.port, 'application/x-ndjson', lines);
  }
  const body = JSON.stringify(plan.snapshotsPerRequest === 1 ? snapshots[0] : snapshots);
  return http('POST', '/v1/metrics', plan.port, 'application/json', body);
}

function put(plan: LoadPlan, job: number, step: number): Buffer {
  return http('PUT', `/metrics/job/${jobName(job)}`, plan.port, 'text/plain', expositionAt(step));
}

function http(method: string, path: string, port: number, type: string, body: string): Buffer {
  const head =
    `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: ${type}\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}
