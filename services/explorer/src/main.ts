import { listen } from '@ml-otel/service-kit/listen';
import { createLogger } from '@ml-otel/service-kit/logger';
import { tokenSource } from '@ml-otel/service-kit/token-source';
import { archiveFolder } from '@ml-otel/telemetry-store/retention';
import { admitByToken } from './access/admission.ts';
import { createSessions } from './access/sessions.ts';
import { createApi } from './api/app.ts';
import { parseConfig, usage } from './config.ts';
import { createHttpApp } from './http-app.ts';
import { createOperationsApp } from './operations/app.ts';
import { ensurePage, PAGE_FOLDER } from './page/build-page.ts';
import { createPageApp } from './page/page-app.ts';
import { readPage } from './page/page-files.ts';
import { collectGarbage } from './receiver/collect-garbage.ts';
import { createReceiver } from './receiver/receiver.ts';
import { reportOutcomes } from './receiver/report-outcomes.ts';
import { startOtlpServers } from './receiver/servers.ts';
import { startRetention } from './retention/retention-loop.ts';
import { confirmedBy, retentionOf } from './retention/retention-settings.ts';
import type { Settings } from './settings.ts';
import { shutDown } from './shutdown.ts';
import { EMBEDDED_STATEMENTS, openStore } from './store/open-store.ts';
import { storeCommitter } from './store/store-committer.ts';
import { warmUp } from './store/warm-up.ts';
import { AnnouncedChanges, timedChanges } from './tail/changes.ts';
import { createIngestMetrics } from './telemetry/ingest-metrics.ts';
import { startOwnTelemetry } from './telemetry/own-telemetry.ts';
import { createQueryMetrics } from './telemetry/query-metrics.ts';
import { createRetentionMetrics } from './telemetry/retention-metrics.ts';
import { ensureThreads } from './thread-pool.ts';

const parsed = parseConfig(process.env);
if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
  console.log(usage());
} else if (!parsed.ok) {
  console.error(['The settings are not right (--help shows them all):', ...parsed.issues].join('\n  '));
  process.exitCode = 2;
} else {
  if (parsed.config.clickhouseUrl === undefined) ensureThreads(EMBEDDED_STATEMENTS);
  await start(parsed.config);
}

async function start(config: Settings): Promise<void> {
  const logger = createLogger('explorer', config.logLevel, process.stdout.isTTY === true);
  try {
    await run(config, logger);
  } catch (error) {
    logger.fatal(
      { reason: error instanceof Error ? error.message : String(error) },
      'the explorer cannot start',
    );
    process.exit(1);
  }
}

async function run(config: Settings, logger: ReturnType<typeof createLogger>): Promise<void> {
  const token = tokenSource(config, logger);
  const access = token && { admission: admitByToken(token), sessions: createSessions(token) };
  const admission = access?.admission;
  await ensurePage();
  const page = createPageApp(await readPage(PAGE_FOLDER));
  const store = await openStore(config);
  const changes = new AnnouncedChanges();
  const metrics = createIngestMetrics();
  const queries = createQueryMetrics(metrics.meter('explorer.queries'));
  const observer = reportOutcomes(logger, metrics.observer);
  const receiver = createReceiver(
    {
      maxPendingBytes: config.maxPendingBytes,
      maxBatchBytes: config.maxBatchBytes,
      delayMillis: config.commitDelayMillis,
      intervalMillis: config.commitIntervalMillis,
    },
    { committer: changes.announcing(collectGarbage(storeCommitter(store))), observer },
  );
  metrics.watchPending(() => receiver.pending.used);
  let stopping = false;
  const servers = await startOtlpServers(config, {
    receiver,
    observer,
    admission,
    onFault: (error) => logger.error({ err: error }, 'a request failed: this is a fault of the receiver'),
  });
  const operations = createOperationsApp({
    metrics,
    admission,
    notReady: () => (stopping ? 'the explorer is shutting down' : undefined),
  });
  const api = createApi({
    access,
    store: queries.measured(store),
    about: {
      otlpGrpcPort: servers.grpcPort,
      otlpHttpPort: servers.httpPort,
      token: token !== undefined,
    },
    changes: config.clickhouseUrl === undefined ? changes : timedChanges(),
    onFault: (error) => logger.error({ err: error }, 'a request failed: this is a fault of the explorer'),
  });
  const web = listen(createHttpApp({ page, operations, api, queries }), config);
  logger.info(
    {
      url: web.url.href,
      port: web.port,
      otlpGrpcPort: servers.grpcPort,
      otlpHttpPort: servers.httpPort,
      token: token !== undefined,
      store: config.clickhouseUrl ?? config.dataFolder,
    },
    `explorer listens on ${web.url.href}, OTLP/gRPC on ${servers.grpcPort}, OTLP/HTTP on ${servers.httpPort}`,
  );

  void warmUp(store);

  const retention = startRetention({
    store,
    retention: retentionOf(config),
    isConfirmed: confirmedBy(config),
    archive: config.archiveFolder === undefined ? undefined : archiveFolder(config.archiveFolder),
    logger,
    observer: createRetentionMetrics(metrics.meter('explorer.retention')),
  });

  const own =
    config.ownTelemetryMillis === undefined
      ? undefined
      : startOwnTelemetry({ metrics, receiver, intervalMillis: config.ownTelemetryMillis, logger });

  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'shutting down');
    void own?.stop();
    const drained = await shutDown({ servers, web, retention, store });
    logger.info({ drained }, 'explorer ended');
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
