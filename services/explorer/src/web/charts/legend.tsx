interface LegendProps {
  readonly items: readonly { readonly name: string; readonly colour: string }[];
  readonly hidden?: ReadonlySet<string>;
  /** Shows or hides one. */
  readonly onToggle?: (name: string) => void;
}

/** Which colour is what. */
export function Legend({ items, hidden, onToggle }: LegendProps) {
  return (
    <ul className="legend">
      {items.map(({ name, colour }) => {
        const swatch = (
          <span className="swatch" style={{ '--swatch': `var(--${colour})` } as React.CSSProperties} />
        );
        return (
          <li key={name}>
            {onToggle === undefined ? (
              <span className="legend-item">
                {swatch}
                <span>{name}</span>
              </span>
            ) : (
              <button
                type="button"
                className="legend-item"
                aria-pressed={hidden?.has(name) !== true}
                onClick={() => onToggle(name)}
              >
                {swatch}
                <span>{name}</span>
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
