/**
 * The trainer: fits a linear model to batches of the data service. Each epoch is one distributed trace over both services;
 * metrics go through ml-otel-bridge as one run. `main.ts` starts it; its options are those of `TrainerOptions`.
 */
import { context } from '@opentelemetry/api';
import { createBridge, startRun } from 'ml-otel-bridge';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { fetchSamples } from './data-client.ts';
import { lossOf, type Model, step, UNTRAINED } from './model.ts';
import { contextOfRun, startTelemetry } from './telemetry.ts';
import { PREEMPTED, parseTrainerOptions } from './trainer-options.ts';

const options = parseTrainerOptions(process.argv.slice(2));
const { jobId, rank, ranks, epochs, batches, learningRate, pauseMillis, preemptAt } = options;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort(new Error(signal)));

const telemetry = startTelemetry('trainer');
const { tracer, log } = telemetry;
const bridge = createBridge({ serviceName: 'trainer' });
const run = startRun({
  bridge,
  jobId,
  modelName: 'linear-8',
  dataset: 'made-up',
  startTime: options.startTime,
  ...(ranks > 1 && { rank }),
  config: { epochs, batches, learning_rate: learningRate, ranks },
});

process.exitCode = await context.with(contextOfRun(jobId, ranks > 1 ? rank : undefined), train);
const sent = await bridge.shutdown({ timeoutMillis: 10_000 });
await telemetry[Symbol.asyncDispose]().catch(() => {});
if (!sent) {
  console.error(
    'Not everything could be sent: is `make start` running, or OTEL_EXPORTER_OTLP_ENDPOINT right?',
  );
  process.exitCode = 1;
}
// Clients of OpenTelemetry keep their sockets a while.
process.exit();

/** Gives the exit code. */
async function train(): Promise<number> {
  const begun = await readCheckpoint(options.checkpoint);
  if (begun) log('INFO', `goes on from its checkpoint after epoch ${begun.epoch}`, { epoch: begun.epoch });
  let model = begun?.model ?? UNTRAINED;
  try {
    for (let epoch = (begun?.epoch ?? -1) + 1; epoch < epochs; epoch++) {
      const trained = await trainEpoch(epoch, model);
      if (trained === undefined) return PREEMPTED;
      model = trained;
      await writeCheckpoint(options.checkpoint, { epoch, model });
    }
    await run.end('finished');
    return 0;
  } catch (error) {
    log('ERROR', `the training failed: ${error instanceof Error ? error.message : error}`);
    console.error(error instanceof Error ? error.message : error);
    await run.end('failed');
    return 1;
  }
}

/** One trace. Undefined where the machine was taken away in its midst. */
function trainEpoch(epoch: number, begun: Model): Promise<Model | undefined> {
  return tracer.startActiveSpan('epoch', { root: true, attributes: { epoch } }, async (span) => {
    try {
      let model = begun;
      for (let batch = 0; batch < batches; batch++) {
        if (preemptAt !== undefined && epoch * batches + batch >= preemptAt) {
          log('WARN', `preempted at epoch ${epoch}, batch ${batch}`, { epoch, batch });
          return undefined;
        }
        model = await trainBatch(epoch, batch, model);
        await pause(pauseMillis);
      }
      await validate(epoch, model);
      return model;
    } finally {
      span.end();
    }
  });
}

function trainBatch(epoch: number, batch: number, model: Model): Promise<Model> {
  return tracer.startActiveSpan('step', { attributes: { epoch, batch } }, async (span) => {
    try {
      const began = performance.now();
      const url = new URL(`epochs/${epoch}/batches/${batch * ranks + rank}`, options.service);
      url.searchParams.set('batches', String(batches * ranks));
      const route = '/epochs/:epoch/batches/:batch';
      const samples = await fetchSamples(tracer, url, { route, signal: stop.signal });
      const update = step(model, samples, learningRate);
      if (update.clipped)
        log('WARN', `gradient of length ${update.gradientNorm.toFixed(2)} was clipped`, { epoch, batch });
      const millis = performance.now() - began;
      run.log(
        {
          loss: update.loss,
          gradient_norm: update.gradientNorm,
          learning_rate: learningRate,
          processing_time_ms: millis,
          samples_per_second: (samples.length / millis) * 1_000,
        },
        { epoch, batch },
      );
      return update.model;
    } finally {
      span.end();
    }
  });
}

function validate(epoch: number, model: Model): Promise<void> {
  return tracer.startActiveSpan('validate', { attributes: { epoch } }, async (span) => {
    try {
      const url = new URL('validation', options.service);
      const samples = await fetchSamples(tracer, url, { route: '/validation', signal: stop.signal });
      const val_loss = lossOf(model, samples);
      run.log({ val_loss }, { epoch, batch: batches - 1 });
      log('INFO', `epoch ${epoch}: validation loss ${val_loss.toFixed(4)}`, { epoch, val_loss });
      console.log(
        `${ranks > 1 ? `rank ${rank} ` : ''}epoch ${epoch}: validation loss ${val_loss.toFixed(4)}`,
      );
    } finally {
      span.end();
    }
  });
}

/** @throws Error with the signal's name where the process is to end */
async function pause(millis: number): Promise<void> {
  if (millis > 0) await Bun.sleep(millis);
  stop.signal.throwIfAborted();
}
