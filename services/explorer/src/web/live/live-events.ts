/** How a stream of server-sent events stands. */
export type LiveState = 'connecting' | 'open' | 'waiting';

export interface LiveHandlers {
  /** By the name of the event; called with its data. */
  readonly events: Readonly<Record<string, (data: string) => void>>;
  readonly onState?: (state: LiveState) => void;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/**
 * Follows server-sent events, and goes on following: a browser connects again by itself when a stream breaks, from where
 * it was, but gives up for good when it is refused. Then this begins anew, each time after twice as long; so what came may
 * be told again.
 *
 * @returns ends it
 */
export function followEvents(url: string, { events, onState }: LiveHandlers): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT;
  let ended = false;

  function connect(): void {
    onState?.('connecting');
    source = new EventSource(url);
    source.onopen = () => {
      wait = FIRST_WAIT;
      onState?.('open');
    };
    source.onerror = () => {
      if (ended) return;
      if (source?.readyState !== EventSource.CLOSED) return onState?.('connecting');
      onState?.('waiting');
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
    for (const [name, handle] of Object.entries(events)) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        handle(event.data);
      });
    }
  }

  connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    source?.close();
  };
}
