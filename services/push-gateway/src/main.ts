import { listen } from '@ml-otel/service-kit/listen';
import { createLogger } from '@ml-otel/service-kit/logger';
import { tokenSource } from '@ml-otel/service-kit/token-source';
import { createBridge } from 'ml-otel-bridge';
import { createApp } from './app.ts';
import { parseConfig, usage } from './config.ts';
import { requireLocalCaller, requireToken } from './http/access.ts';
import { MAX_JSON_BYTES } from './ingest/ingestion.ts';
import { logDiagnostics, logRefusal } from './logger.ts';
import { otlpHttpAddress } from './otlp-address.ts';
import { createReadiness } from './readiness.ts';
import type { Settings } from './settings.ts';
import { shutDown } from './shutdown.ts';
import { createRequestMetrics } from './telemetry/request-metrics.ts';

const parsed = parseConfig(process.env);
if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
  console.log(usage());
} else if (!parsed.ok) {
  console.error(['The settings are not right (--help shows them all):', ...parsed.issues].join('\n  '));
  process.exitCode = 2;
} else {
  start(parsed.config);
}

function start(config: Settings): void {
  const logger = createLogger('push-gateway', config.logLevel, process.stdout.isTTY === true);
  logDiagnostics(logger);
  try {
    run(config, logger);
  } catch (error) {
    logger.fatal(
      { reason: error instanceof Error ? error.message : String(error) },
      'the gateway cannot start',
    );
    process.exit(1);
  }
}

function run(config: Settings, logger: ReturnType<typeof createLogger>): void {
  const token = tokenSource(config, logger);
  // Endpoint and service name the bridge reads itself, each with the standard variables that go above or below it.
  const bridge = createBridge({
    exportIntervalMillis: config.exportIntervalMillis,
    stepAttributes: config.stepAttributes,
    jobIdleTimeoutMillis: config.jobIdleTimeoutSeconds * 1_000,
    whenFull: 'refuse',
    ...(config.spoolFolder !== undefined && {
      spool: { folder: config.spoolFolder, maxBytes: config.spoolMaxBytes },
    }),
    logger,
  });
  const readiness = createReadiness(bridge.stats, { refused: logRefusal(logger) });
  const app = createApp({
    bridge,
    readiness,
    guard: token ? requireToken(token) : requireLocalCaller,
    requests: createRequestMetrics(),
    limits: { maxBodyBytes: config.maxBodyBytes, maxJsonBytes: MAX_JSON_BYTES },
    otlpAddress: otlpHttpAddress(config.endpoint),
    onFault: (error) => logger.error({ err: error }, 'a request failed: this is a fault of the gateway'),
  });
  const server = listen(app, config);
  logger.info(
    {
      url: server.url.href,
      port: server.port,
      token: token !== undefined,
      spool: config.spoolFolder ?? null,
    },
    `push gateway listens on ${server.url.href}`,
  );

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'shutting down');
    const drained = await shutDown({ readiness, server, bridge });
    logger.info({ drained }, 'push gateway ended');
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
