import { startService } from '../../../e2e/support/service.ts';
import { freePorts } from '../../../scripts/free-port.ts';
import type { Contestant } from '../contestant.ts';
import type { Scale } from '../scale.ts';
import { ensureOurData } from './data.ts';

/** The explorer over its embedded store. */
export async function startExplorer(scale: Scale): Promise<Contestant> {
  const folder = await ensureOurData(scale);
  const [grpc, http] = await freePorts(2);
  const service = await startService('explorer', {
    ML_OTEL_DATA_DIR: folder,
    OTLP_GRPC_PORT: String(grpc),
    OTLP_HTTP_PORT: String(http),
  });
  return {
    name: 'ours',
    run: {
      url: `${service.url}/runs/long`,
      drawn: "all('.chart canvas').some(painted)",
      chart: '.chart .u-wrap',
    },
    list: { url: `${service.url}/runs`, drawn: "rows('[role=row], tr', 'run-')" },
    [Symbol.asyncDispose]: async () => void (await service.stop()),
  };
}
