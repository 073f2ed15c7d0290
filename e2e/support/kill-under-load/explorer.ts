import { join } from 'node:path';
import { type Child, startChild } from '../../../scripts/child-process.ts';
import { freePorts } from '../../../scripts/free-port.ts';
import { waitUntil } from '../../../scripts/wait-until.ts';
import type { LoadPorts } from './load.ts';

const MAIN = join(import.meta.dir, '../../../services/explorer/src/main.ts');
const READY_MILLIS = 60_000;

/** The explorer as a process that comes and goes, always on the same ports and the same store. */
export class Explorer {
  readonly ports: LoadPorts;
  /** The last lines it wrote, over all starts. */
  readonly lines: string[] = [];
  readonly #env: Readonly<Record<string, string>>;
  readonly #url: string;
  #child: Child | undefined;

  private constructor(folder: string, [port, grpc, http]: readonly number[]) {
    this.ports = { grpc: grpc!, http: http! };
    this.#url = `http://127.0.0.1:${port}`;
    this.#env = {
      ML_OTEL_DATA_DIR: folder,
      PORT: String(port),
      OTLP_GRPC_PORT: String(grpc),
      OTLP_HTTP_PORT: String(http),
      HOST: '127.0.0.1',
      CLICKHOUSE_URL: '',
      ML_OTEL_TOKEN: '',
      ML_OTEL_TOKEN_FILE: '',
    };
  }

  static async on(folder: string): Promise<Explorer> {
    return new Explorer(folder, await freePorts(3));
  }

  /** Starts the process; `ready` says when it serves. */
  begin(): void {
    this.#child = startChild({
      command: [process.execPath, MAIN],
      env: this.#env,
      onLine: (line) => {
        this.lines.push(line);
        if (this.lines.length > 200) this.lines.shift();
      },
    });
  }

  /** Rejects with what it wrote where it ends before it serves. */
  async ready(): Promise<void> {
    const ended = this.#running.exited.then((code) => {
      throw new Error(`The explorer ended with ${code}:\n${this.lines.slice(-20).join('\n')}`);
    });
    ended.catch(() => {});
    const serves = async () => (await fetch(`${this.#url}/readyz`)).ok;
    const serving = waitUntil(serves, {
      what: 'the explorer to serve',
      timeoutMs: READY_MILLIS,
      everyMs: 20,
    });
    serving.catch(() => {});
    await Promise.race([serving, ended]);
  }

  /** SIGKILL; resolves with the exit code, which is 137 where it had not ended by itself before. */
  kill9(): Promise<number> {
    return this.#running.kill9();
  }

  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number> {
    return this.#running.stop(30_000);
  }

  get #running(): Child {
    if (this.#child === undefined) throw new Error('The explorer was not started.');
    return this.#child;
  }
}
