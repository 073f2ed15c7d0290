import { join } from 'node:path';
import { answers, type BridgeParts, bridgeMembers, service } from './bridge-members.ts';
import type { EmbeddedPorts } from './embedded-ports.ts';
import type { Member } from './process-group.ts';

export type EmbeddedParts = BridgeParts & {
  readonly ports: EmbeddedPorts;
  /** What a request must carry as its bearer token, where the environment sets one. */
  readonly token: string | undefined;
};

/** The processes of the embedded product, each after those that it sends to. */
export function embeddedMembers(parts: EmbeddedParts): Member[] {
  const { token } = parts;
  const senders = bridgeMembers(parts);
  if (token === undefined) return [explorer(parts), ...senders];
  const headers = { OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(`Bearer ${token}`)}` };
  return [explorer(parts), ...senders.map((member) => ({ ...member, env: { ...headers, ...member.env } }))];
}

/** Where the store of the embedded product lies. */
export function storeFolder(folder: string): string {
  return join(folder, 'store');
}

function explorer({ ports, folder }: EmbeddedParts): Member {
  return {
    ...service('explorer'),
    env: {
      HOST: '127.0.0.1',
      PORT: String(ports.explorer),
      OTLP_GRPC_PORT: String(ports.otlpGrpc),
      OTLP_HTTP_PORT: String(ports.otlpHttp),
      ML_OTEL_DATA_DIR: storeFolder(folder),
      CLICKHOUSE_URL: '',
    },
    ready: answers(`http://127.0.0.1:${ports.explorer}/readyz`),
  };
}
