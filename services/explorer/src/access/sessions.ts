import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TokenSource } from '@ml-otel/service-kit/token-source';

/** Milliseconds. A session that is used lives on, with a new value each half of this, but not for ever. */
const LIFE = 12 * 3_600_000;
const LONGEST = 7 * 24 * 3_600_000;

export const SESSION_SECONDS = LIFE / 1_000;

/** What a browser has instead of the token, in a cookie: `id.opened.issued.signature`. */
export interface Sessions {
  /** The value of a new one. */
  open(): string;
  /** Whether this value is one of ours and still good; `renewed` is what to put in its place, where it is time. */
  check(value: string): { readonly good: boolean; readonly renewed?: string };
  /** Ends a session, whatever values it has had. */
  end(value: string): void;
}

interface Session {
  readonly id: string;
  readonly opened: number;
  readonly issued: number;
}

/**
 * Sessions that nobody has to remember: each is signed by a key made of the token, so that they outlive a restart of the
 * process, and none outlives a change of the token. Only those that were ended are remembered, as long as they would
 * have lived, by this process.
 *
 * @param now milliseconds since 1970
 */
export function createSessions(token: TokenSource, now: () => number = Date.now): Sessions {
  const ended = new Map<string, number>();

  const sign = ({ id, opened, issued }: Session): string => {
    const content = `${id}.${opened.toString(36)}.${issued.toString(36)}`;
    return `${content}.${signature(token, content).toString('base64url')}`;
  };

  const read = (value: string): Session | undefined => {
    const [, content, id, opened, issued, given] = VALUE.exec(value) ?? [];
    if (content === undefined) return undefined;
    if (!timingSafeEqual(signature(token, content), Buffer.from(given!, 'base64url'))) return undefined;
    return { id: id!, opened: Number.parseInt(opened!, 36), issued: Number.parseInt(issued!, 36) };
  };

  const isGood = ({ id, opened, issued }: Session) =>
    now() - issued < LIFE && now() - opened < LONGEST && !ended.has(id);

  return {
    open: () => sign({ id: randomBytes(16).toString('base64url'), opened: now(), issued: now() }),
    check(value) {
      const session = read(value);
      if (session === undefined || !isGood(session)) return { good: false };
      if (now() - session.issued < LIFE / 2) return { good: true };
      return { good: true, renewed: sign({ ...session, issued: now() }) };
    },
    end(value) {
      const session = read(value);
      if (session === undefined || !isGood(session)) return;
      for (const [id, until] of ended) if (until < now()) ended.delete(id);
      ended.set(session.id, session.opened + LONGEST);
    },
  };
}

const VALUE = /^(([\w-]{22})\.([0-9a-z]{1,11})\.([0-9a-z]{1,11}))\.([\w-]{43})$/;

function signature(token: TokenSource, content: string): Buffer {
  const key = createHmac('sha256', token.current()).update('ml-otel explorer session').digest();
  return createHmac('sha256', key).update(content).digest();
}
