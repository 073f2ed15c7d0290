import { Autocomplete } from '@base-ui/react/autocomplete';
import { useEffect, useState } from 'react';

export interface ComboProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string | undefined;
  /** What is offered; anything else can be typed too. */
  readonly options: readonly string[];
  readonly onChange: (value: string | undefined) => void;
}

/** The input of a combo, with what it offers. */
export function ComboBox({ label, placeholder, value, options, onChange }: ComboProps) {
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const take = (next: string) => {
    const trimmed = next.trim();
    if (trimmed !== (value ?? '')) onChange(trimmed === '' ? undefined : trimmed);
  };
  return (
    <Autocomplete.Root
      items={options}
      value={text}
      openOnInputClick
      onValueChange={(next, { reason }) => {
        setText(next);
        if (reason === 'item-press') take(next);
      }}
    >
      <Autocomplete.Input
        className="input combo-input"
        aria-label={label}
        placeholder={placeholder}
        onBlur={() => take(text)}
        onKeyDown={(event) => event.key === 'Enter' && take(event.currentTarget.value)}
      />
      <Autocomplete.Portal>
        <Autocomplete.Positioner sideOffset={4} className="popup-layer">
          <Autocomplete.Popup className="popup">
            <Autocomplete.List className="combo-list">
              {(item: string) => (
                <Autocomplete.Item key={item} value={item} className="menu-item">
                  {item}
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Popup>
        </Autocomplete.Positioner>
      </Autocomplete.Portal>
    </Autocomplete.Root>
  );
}
