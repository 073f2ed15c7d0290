export interface ReadEvent {
  readonly event: string;
  readonly id: string;
  readonly data: never;
}

/** Reads server-sent events one by one; comments and `retry` are passed over. */
export function readEvents(answer: Response) {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    /** Undefined at the end of the stream. */
    async next(): Promise<ReadEvent | undefined> {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end === -1) {
          const { done, value } = await reader.read();
          if (done) return undefined;
          text += value;
          continue;
        }
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const field = (name: string) =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const data = field('data');
        if (data !== undefined)
          return {
            event: field('event') ?? 'message',
            id: field('id') ?? '',
            data: JSON.parse(data) as never,
          };
      }
    },
    cancel: () => reader.cancel(),
  };
}
