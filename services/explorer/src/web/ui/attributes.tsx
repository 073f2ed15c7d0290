import { copyText } from './copy-button.tsx';
import { Icon } from './icons.tsx';

interface AttributesProps {
  readonly values: Readonly<Record<string, string>>;
  readonly onInclude?: (key: string, value: string) => void;
  readonly onExclude?: (key: string, value: string) => void;
}

/** Keys and values, by key, with what can be done with each. */
export function Attributes({ values, onInclude, onExclude }: AttributesProps) {
  const entries = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return <p className="muted">None</p>;
  return (
    <dl className="attributes">
      {entries.map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{readable(value)}</dd>
          <dd className="tools">
            {onInclude !== undefined && (
              <Tool
                icon="plus"
                label={`Only ${key} = ${short(value)}`}
                onClick={() => onInclude(key, value)}
              />
            )}
            {onExclude !== undefined && (
              <Tool
                icon="minus"
                label={`Without ${key} = ${short(value)}`}
                onClick={() => onExclude(key, value)}
              />
            )}
            <Tool icon="copy" label={`Copy the value of ${key}`} onClick={() => void copyText(value)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Tool({
  icon,
  label,
  onClick,
}: {
  icon: 'plus' | 'minus' | 'copy';
  label: string;
  onClick: () => void;
}) {
  return (
    <button type="button" className="tiny-button" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

function short(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}

/** JSON is laid out; all else is shown as it is. */
function readable(value: string): string {
  if (!/^[[{]/.test(value) || value.length > 20_000) return value;
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
