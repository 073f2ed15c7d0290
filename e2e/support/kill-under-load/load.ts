import type { Signal } from '../../../packages/telemetry-store/src/ingest/signal.ts';
import { numberedRequest, type RequestName, textOf } from './numbered-requests.ts';
import { grpcSender, httpSender, type Sender } from './senders.ts';

/** What all clients saw. */
export type Ledger = {
  /** Requests that were answered with success, by name. */
  readonly taken: Record<Signal, Set<string>>;
  /** Those of them that were sent more than once. */
  readonly sentAgain: Record<Signal, number>;
  /** Tries that got no answer. */
  silences: number;
  /** Answers that asked to send again, and how many of each. */
  readonly later: Map<string, number>;
  /** Answers that nobody should have got. */
  readonly refused: Map<string, number>;
};

export type Load = {
  readonly ledger: Ledger;
  readonly clients: number;
  /** Each client ends once its current request is taken. */
  end(): Promise<void>;
};

export type LoadPorts = { readonly grpc: number; readonly http: number };

const SIGNALS: readonly Signal[] = ['logs', 'metrics', 'traces'];
const PAUSE_MILLIS = 20;

/**
 * Clients that send one request after the other as fast as they are answered, `perSignal` for each signal and protocol.
 * What was not answered with success is sent again as it was, for ever, as OTLP asks of an exporter.
 */
export function startLoad(ports: LoadPorts, { perSignal = 2 }: { perSignal?: number } = {}): Load {
  const ledger: Ledger = {
    taken: { logs: new Set(), metrics: new Set(), traces: new Set() },
    sentAgain: { logs: 0, metrics: 0, traces: 0 },
    silences: 0,
    later: new Map(),
    refused: new Map(),
  };
  let ended = false;

  async function deliver(send: Sender, signal: Signal, name: RequestName): Promise<void> {
    const request = numberedRequest(signal, name);
    for (let attempt = 1; ; attempt++) {
      const outcome = await send(signal, request);
      if (outcome.kind === 'taken') {
        ledger.taken[signal].add(textOf(name));
        if (attempt > 1) ledger.sentAgain[signal]++;
        return;
      }
      if (outcome.kind === 'silence') ledger.silences++;
      else increase(ledger[outcome.kind], outcome.reason);
      await Bun.sleep(PAUSE_MILLIS);
    }
  }

  async function client(send: Sender, signal: Signal, name: string): Promise<void> {
    for (let sequence = 0; !ended; sequence++) await deliver(send, signal, { client: name, sequence });
  }

  const grpc: (Sender & Disposable)[] = [];
  const clients = SIGNALS.flatMap((signal) =>
    Array.from({ length: perSignal }, (_, number) => {
      const sender = grpcSender(ports.grpc);
      grpc.push(sender);
      return [
        client(sender, signal, `grpc-${signal}-${number}`),
        client(httpSender(ports.http), signal, `http-${signal}-${number}`),
      ];
    }).flat(),
  );
  return {
    ledger,
    clients: clients.length,
    end: async () => {
      ended = true;
      await Promise.all(clients);
      for (const sender of grpc) sender[Symbol.dispose]();
    },
  };
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
