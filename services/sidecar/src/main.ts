import { join } from 'node:path';
import { type Bridge, createBridge, createSnapshotFileSource } from 'ml-otel-bridge';
import type { Logger } from 'pino';
import { type Config, helpText, parseConfig } from './config.ts';
import { drain } from './drain.ts';
import { createHealthHandler } from './health.ts';
import { createLogger, logDiagnostics } from './logger.ts';

const parsed = parseConfig(process.env);
if (process.argv.includes('--help')) {
  console.log(helpText());
} else if (!parsed.ok) {
  console.error(['The settings are not right (--help shows them all):', ...parsed.issues].join('\n  '));
  process.exitCode = 2;
} else {
  const stop = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve);
  });
  const logger = await createLogger(parsed.config.logLevel, process.stdout.isTTY === true);
  logDiagnostics(logger);
  process.exit(await run(parsed.config, stop, logger));
}

/** Runs until `stop`; the exit code. */
async function run(config: Config, stop: Promise<NodeJS.Signals>, logger: Logger): Promise<number> {
  const bridge = openBridge(config, logger);
  if (bridge === undefined) return 1;
  const file = config.metricsFilePath;
  const intervalMillis = config.collectionIntervalSeconds * 1_000;
  const source = createSnapshotFileSource({
    path: file,
    intervalMillis,
    sink: bridge,
    logger,
    thread: 'own',
    ...(config.spoolFolder !== '' && { positionFile: join(config.spoolFolder, 'position.json') }),
  });
  const handler = createHealthHandler({ bridge, source, file, intervalMillis, now: Date.now });
  const server = serve(config, handler, logger);
  if (server === undefined) {
    await bridge.shutdown({ timeoutMillis: 0 });
    return 1;
  }
  source.start();
  logger.info(
    {
      file,
      interval_seconds: config.collectionIntervalSeconds,
      endpoint: config.endpoint,
      spool: config.spoolFolder || 'none',
      health: `http://${config.host}:${server.port}`,
      port: server.port,
    },
    'watching the metrics file',
  );
  logger.info({ signal: await stop }, 'stopping: a last read, then what waits is sent');
  await drain(source, bridge, logger);
  void server.stop(true);
  return 0;
}

function openBridge(config: Config, logger: Logger): Bridge | undefined {
  try {
    return createBridge({
      serviceName: config.serviceName,
      stepAttributes: config.stepAttributes,
      exportIntervalMillis: config.exportIntervalMillis,
      jobIdleTimeoutMillis: config.jobIdleTimeoutSeconds * 1_000,
      ...(config.spoolFolder !== '' && {
        spool: { folder: config.spoolFolder, maxBytes: config.spoolMaxBytes },
      }),
      logger,
    });
  } catch (error) {
    logger.fatal(
      { reason: (error as Error).message },
      'cannot start: correct the setting that the reason names',
    );
    return undefined;
  }
}

function serve(config: Config, fetch: (request: Request) => Promise<Response>, logger: Logger) {
  try {
    return Bun.serve({ hostname: config.host, port: config.healthPort, fetch });
  } catch (error) {
    logger.fatal(
      { reason: (error as Error).message },
      'cannot open the health port: set HEALTH_PORT and HOST',
    );
    return undefined;
  }
}
