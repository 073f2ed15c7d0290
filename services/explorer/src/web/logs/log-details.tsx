import { Link } from '@tanstack/react-router';
import { Attributes } from '../ui/attributes.tsx';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Highlighted } from '../ui/highlighted.tsx';
import { Icon } from '../ui/icons.tsx';
import { RunMomentLink } from '../ui/run-moment-link.tsx';
import type { AttributeFilter } from '../url/attribute-filter.ts';
import { type LogRecord, recordKey, runOf } from './logs-query.ts';

interface LogDetailsProps {
  readonly record: LogRecord;
  readonly wanted: string | undefined;
  readonly onAround: (record: string) => void;
  readonly onFilter: (filter: AttributeFilter) => void;
}

/** All that is in a record, and the ways on from it. */
export function LogDetails({ record, wanted, onAround, onFilter }: LogDetailsProps) {
  const run = runOf(record);
  const include = (key: string, value: string) => onFilter({ key, operator: 'eq', value });
  const exclude = (key: string, value: string) => onFilter({ key, operator: 'ne', value });
  return (
    <div className="log-details">
      <div className="log-ways">
        <Button icon="context" onClick={() => onAround(recordKey(record))}>
          Around this line
        </Button>
        {record.traceId !== '' && (
          <Link
            className="button"
            data-kind="plain"
            to="/traces/$traceId"
            params={{ traceId: record.traceId }}
            search={record.spanId === '' ? {} : { span: record.spanId }}
          >
            <Icon name="traces" />
            Trace
          </Link>
        )}
        {run !== undefined && <RunMomentLink run={run} at={record.time} />}
        <CopyButton text={JSON.stringify(record, null, 2)} label="Copy as JSON" />
      </div>
      <pre className="log-body">
        <Highlighted text={record.body} wanted={wanted} />
      </pre>
      <div className="log-columns">
        <section>
          <h3>Attributes</h3>
          <Attributes values={record.attributes} onInclude={include} onExclude={exclude} />
        </section>
        <section>
          <h3>Resource{record.scope !== '' && ` · ${record.scope}`}</h3>
          <Attributes values={record.resource} onInclude={include} onExclude={exclude} />
        </section>
      </div>
    </div>
  );
}
