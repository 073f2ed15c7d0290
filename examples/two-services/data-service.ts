/** The data service: gives batches of samples. Its spans continue the trace of who asks, and its logs carry it. */
import { httpInstrumentationMiddleware } from '@hono/otel';
import { Hono } from 'hono';
import * as v from 'valibot';
import { makeSamples, type Sample, shuffled } from './samples.ts';
import { startTelemetry } from './telemetry.ts';

const BATCH_SIZE = 32;
const VALIDATION = makeSamples(256, 1);

const whole = (max: number) => v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.maxValue(max));
const BATCH = v.object({
  epoch: whole(1_000_000),
  batch: whole(9_999),
  /** How many batches an epoch has. */
  batches: whole(10_000),
});

const telemetry = startTelemetry('data-service');
/** Of the epoch that was asked for last. */
let order: { readonly key: string; readonly samples: readonly Sample[] } | undefined;

const app = new Hono();
app.use(httpInstrumentationMiddleware());
app.get('/epochs/:epoch/batches/:batch', (c) => {
  const asked = v.safeParse(BATCH, { ...c.req.param(), batches: c.req.query('batches') });
  if (!asked.success || asked.output.batch >= asked.output.batches) {
    telemetry.log('WARN', 'a batch that does not exist was asked for', { 'url.path': c.req.path });
    return c.json({ error: 'expected /epochs/<number>/batches/<number>?batches=<more than that>' }, 400);
  }
  const { epoch, batch, batches } = asked.output;
  const samples = samplesOf(epoch, batches);
  return c.json({ samples: samples.slice(batch * BATCH_SIZE, (batch + 1) * BATCH_SIZE) });
});
app.get('/validation', (c) => c.json({ samples: VALIDATION }));

function samplesOf(epoch: number, batches: number): readonly Sample[] {
  const key = `${epoch} ${batches}`;
  if (order?.key === key) return order.samples;
  return telemetry.tracer.startActiveSpan('shuffle', { attributes: { epoch } }, (span) => {
    const samples = shuffled(makeSamples(batches * BATCH_SIZE, 0), epoch);
    order = { key, samples };
    telemetry.log('INFO', `shuffled ${samples.length} samples for epoch ${epoch}`, { epoch });
    span.end();
    return samples;
  });
}

const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: app.fetch });
// Who started it learns where it is; alone, it says so.
if (process.send) process.send({ url: server.url.href });
else console.log(`The data service listens on ${server.url.href}`);

async function stop(): Promise<void> {
  await server.stop();
  await telemetry[Symbol.asyncDispose]();
  process.exit(0);
}
for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.once(event, stop);
