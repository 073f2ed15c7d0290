import { useEffect, useRef, useState } from 'react';
import { useShortcuts } from '../shell/shortcuts.tsx';
import { Icon } from './icons.tsx';

interface SearchBoxProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

const QUIET_MILLIS = 300;

/** The search of a view: `/` goes to it, and it speaks up once typing pauses. Escape gives the keys back to the view. */
export function SearchBox({ label, placeholder, value, onChange }: SearchBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value ?? '');
  const told = useRef(value ?? '');
  useEffect(() => {
    if ((value ?? '') === told.current) return;
    told.current = value ?? '';
    setText(value ?? '');
  }, [value]);
  useEffect(() => {
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      onChange(text === '' ? undefined : text);
    }, QUIET_MILLIS);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  useShortcuts([{ keys: '/', label: 'Search', run: () => input.current?.select() }]);
  return (
    <div className="search">
      <Icon name="search" />
      <input
        ref={input}
        className="input"
        type="text"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {text === '' && <kbd>/</kbd>}
    </div>
  );
}
