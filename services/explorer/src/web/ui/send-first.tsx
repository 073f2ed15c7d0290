import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/client.ts';
import { readAnswer } from '../api/read-answer.ts';
import { Snippet } from './empty-state.tsx';
import { Segmented } from './segmented.tsx';
import { type About, type Signal, snippetOf, WAYS, type Way } from './send-snippets.ts';

/** How to send the first data to the very server that this page came from; what is copied works as it is. */
export function SendFirst({ signal }: { readonly signal: Signal }) {
  const [way, setWay] = useState<Way>(signal === 'runs' ? 'python' : 'curl');
  const { data } = useQuery({
    queryKey: ['about'],
    queryFn: ({ signal: abort }) => readAnswer(api.about.$get({}, { init: { signal: abort } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data === undefined) return null;
  const about: About = { ...data, host: location.hostname };
  return (
    <Snippet
      title={
        <Segmented
          label="With what"
          value={way}
          options={WAYS.map((value) => ({ value, label: NAMES[value] }))}
          onChange={setWay}
        />
      }
      text={snippetOf(way, signal, about)}
    />
  );
}

const NAMES: Readonly<Record<Way, string>> = {
  python: 'Python',
  curl: 'curl',
  environment: 'Any OpenTelemetry SDK',
  collector: 'Collector',
};
