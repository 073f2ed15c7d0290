/**
 * The embedded product on this machine: mock trainer, sidecar, push gateway and the explorer with its store, as child
 * processes. Ctrl-C ends all of them; so does the failure of any of them. What was stored is there at the next start.
 * Arguments go to the mock trainer, such as `--jobs 3`.
 */
import { join, resolve } from 'node:path';
import { bearerToken } from './bearer-token.ts';
import { choosePorts } from './choose-ports.ts';
import { embeddedMembers } from './embedded-members.ts';
import { EMBEDDED_PORTS, type EmbeddedPorts } from './embedded-ports.ts';
import { runMembers, runScript } from './run-members.ts';

const folder = resolve(process.env.ML_OTEL_DATA_DIR || join(import.meta.dir, '../out/embedded'));

/** A snapshot a second: who starts it sees a curve at once. */
const TRAINER_FLAGS = ['--interval', '1'];

await runScript(async () => {
  const ports = await choosePorts(EMBEDDED_PORTS, process.env);
  const members = embeddedMembers({
    ports,
    folder,
    trainerFlags: [...TRAINER_FLAGS, ...process.argv.slice(2)],
    token: await bearerToken(process.env),
  });
  await runMembers(members, () => announce(ports));
});

function announce(ports: EmbeddedPorts): void {
  const { variable, fallback } = EMBEDDED_PORTS.explorer;
  const moved = ports.explorer === fallback ? '' : `${variable}=${ports.explorer} `;
  console.log(`
Everything runs; Ctrl-C ends it.

  http://127.0.0.1:${ports.explorer}/

  explorer      stores OTLP that comes to 127.0.0.1:${ports.otlpGrpc} (gRPC) and 127.0.0.1:${ports.otlpHttp} (HTTP)
  sidecar       reads the file that the mock trainer writes
  push gateway  takes POST /v1/metrics on 127.0.0.1:${ports.pushGateway}
  data          ${folder}

In another terminal: ${moved}make verify
`);
}
