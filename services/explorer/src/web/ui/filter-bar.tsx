import { useState } from 'react';
import { filterLabel, parseFilter, readTypedFilter, withFilter } from '../url/attribute-filter.ts';
import { Chip } from './chip.tsx';

interface FilterChipsProps {
  readonly filters: readonly string[] | undefined;
  readonly onChange: (filters: string[] | undefined) => void;
}

/** The attribute filters that are on. */
export function FilterChips({ filters = [], onChange }: FilterChipsProps) {
  return filters.map((text) => {
    const filter = parseFilter(text);
    const label = filter === undefined ? text : filterLabel(filter);
    return (
      <Chip
        key={text}
        label={label}
        kind={filter?.operator === 'ne' ? 'exclude' : 'include'}
        onRemove={() => onChange(listOf(filters.filter((one) => one !== text)))}
      >
        {label}
      </Chip>
    );
  });
}

/** Takes one more, as people write it. */
export function FilterInput({ filters, onChange }: FilterChipsProps) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  return (
    <input
      className="input filter-input"
      aria-label="Add an attribute filter: key=value, key!=value, key~part"
      placeholder="key=value"
      title="key=value, key!=value, key~part, or a key alone"
      value={text}
      aria-invalid={wrong}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => {
        setText(event.target.value);
        setWrong(false);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || text.trim() === '') return;
        const filter = readTypedFilter(text);
        if (filter === undefined) return setWrong(true);
        onChange(withFilter(filters, filter));
        setText('');
      }}
    />
  );
}

export function listOf(filters: string[]): string[] | undefined {
  return filters.length === 0 ? undefined : filters;
}
