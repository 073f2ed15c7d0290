import { readAnswer } from './read-answer.ts';

/**
 * Sends ready-made HTTP/1.1 requests over one kept connection, each when the one before was answered. One that is
 * answered with 429 goes out again after the time that the answer names.
 *
 * @returns how often that was
 * @throws Error for any other answer that is not 2xx, or a connection that ends early
 */
export function pushRequests(port: number, requests: readonly Buffer[]): Promise<number> {
  return new Promise((resolve, reject) => {
    let current = 0;
    let refusals = 0;
    let unread: Buffer = Buffer.alloc(0);
    let unsent: Buffer | undefined;

    const write = (socket: Writer, bytes: Buffer) => {
      const written = socket.write(bytes);
      unsent = written < bytes.length ? bytes.subarray(written) : undefined;
    };
    const end = (socket: Writer, settle: () => void) => {
      settle();
      socket.end();
    };

    void Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        open: (socket) => write(socket, requests[current]!),
        drain(socket) {
          if (unsent) write(socket, unsent);
        },
        data(socket, chunk) {
          unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
          const answer = readAnswer(unread);
          if (answer === undefined) return;
          if (answer.status === 429) {
            refusals += 1;
            setTimeout(() => write(socket, requests[current]!), answer.retryAfterMillis);
          } else if (answer.status >= 300) {
            return end(socket, () => reject(new Error(unread.toString())));
          } else {
            current += 1;
            if (current === requests.length) return end(socket, () => resolve(refusals));
            write(socket, requests[current]!);
          }
          unread = unread.subarray(answer.length);
        },
        close: () => reject(new Error('the connection ended early')),
        error: (socket, error) => end(socket, () => reject(error)),
      },
    }).catch(reject);
  });
}

interface Writer {
  write(bytes: Buffer): number;
  end(): void;
}
