import { colourIndex, seriesToken } from '../charts/chart-theme.ts';
import { fullTime, preciseTime } from '../time/format-time.ts';
import { useTime } from '../time/time-context.tsx';
import { Highlighted } from '../ui/highlighted.tsx';
import type { LogRecord } from './logs-query.ts';
import { severityOf } from './severity.ts';

interface LogRowProps {
  readonly record: LogRecord;
  readonly wanted: string | undefined;
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** Characters of a body that a row can show; the rest is in the details. */
const SHOWN = 600;

/** One record in one line. */
export function LogRow({ record, wanted, open, onToggle }: LogRowProps) {
  const { zone } = useTime();
  const at = Date.parse(record.time);
  const severity = severityOf(record.severityNumber);
  const text = record.body === '' ? record.eventName : record.body;
  return (
    <button
      type="button"
      className="log-row"
      data-severity={severity}
      aria-expanded={open}
      onClick={onToggle}
    >
      <time dateTime={record.time} title={fullTime(at, zone)}>
        {preciseTime(at, zone)}
      </time>
      <span className="log-severity">{severity === 'unset' ? record.severityText || '–' : severity}</span>
      <span className="log-service">
        <span
          className="swatch"
          style={{ '--swatch': `var(--${seriesToken(colourIndex(record.service))})` } as React.CSSProperties}
        />
        {record.service}
      </span>
      <span className="log-text">
        {record.eventName !== '' && record.body !== '' && <span className="badge">{record.eventName}</span>}
        <Highlighted text={text.slice(0, SHOWN)} wanted={wanted} />
      </span>
    </button>
  );
}
