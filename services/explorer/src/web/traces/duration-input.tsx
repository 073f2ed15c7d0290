import { useEffect, useState } from 'react';

interface DurationInputProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** `250`, `250 ms`, `1.5s`; a number alone is milliseconds. Undefined for anything else. */
export function readDuration(text: string): string | undefined {
  const [, count, unit] = /^[≥≤<>=\s]*(\d{1,9}(?:\.\d{1,9})?)\s*(ns|us|µs|ms|s|m|h|d)?\s*$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  return `${count}${unit === 'µs' ? 'us' : (unit ?? 'ms')}`;
}

/** A bound of a duration; Enter or leaving takes it. */
export function DurationInput({ label, placeholder, value, onChange }: DurationInputProps) {
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const read = text.trim() === '' ? undefined : readDuration(text);
  const wrong = text.trim() !== '' && read === undefined;
  const take = () => {
    if (!wrong && read !== value) onChange(read);
  };
  return (
    <input
      className="input duration-input"
      aria-label={label}
      aria-invalid={wrong}
      title={`${label}, such as 250ms or 1.5s`}
      placeholder={placeholder}
      value={text}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => setText(event.target.value)}
      onBlur={take}
      onKeyDown={(event) => event.key === 'Enter' && take()}
    />
  );
}
