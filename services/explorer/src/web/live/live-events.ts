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
 * Follows server-sent events, and goes on following: a browser connects again by itself when a stream ends, but gives up
 * for good when it is refused. Then this tries again, each time after twice as long, and says where it had been
 * (`Last-Event-ID` is the browser's own; after a refusal it goes into the address as `lastEventId`).
 *
 * @returns ends it
 */
export function followEvents(url: string, { events, onState }: LiveHandlers): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT;
  let lastId = '';
  let ended = false;

  function connect(): void {
    onState?.('connecting');
    source = new EventSource(lastId === '' ? url : withParameter(url, 'lastEventId', lastId));
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
        if (event.lastEventId !== '') lastId = event.lastEventId;
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

function withParameter(url: string, name: string, value: string): string {
  const [path, query = ''] = url.split('?');
  const params = new URLSearchParams(query);
  params.set(name, value);
  return `${path}?${params}`;
}
