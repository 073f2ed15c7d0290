import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Failure } from '../ui/failure.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { LogRow } from './log-row.tsx';
import { type LogRecord, logContext, readRecordKey, recordKey, runOf } from './logs-query.ts';

interface LogContextDialogProps {
  /** The key of the record. */
  readonly record: string;
  readonly onClose: () => void;
}

type Of = 'service' | 'run' | 'all';

const LINES = 20;
const MOST = 1_000;

/** What was logged just before and after a record: of its service, of its run, or of anything. */
export function LogContextDialog({ record, onClose }: LogContextDialogProps) {
  const [of, setOf] = useState<Of>('all');
  const [lines, setLines] = useState(LINES);
  const found = useRef<LogRecord>(undefined);
  const { data, error, isError } = useQuery(
    logContext(readRecordKey(record), neighbours(of, found.current), lines),
  );
  found.current = data?.records[0] ?? found.current;
  const middle = useRef<HTMLLIElement>(null);
  const shown = data !== undefined;
  useEffect(() => {
    if (shown) middle.current?.scrollIntoView({ block: 'center' });
  }, [shown]);
  const run = found.current === undefined ? undefined : runOf(found.current);
  return (
    <Dialog
      title="Around this line"
      className="log-context"
      open
      onClose={onClose}
      tools={
        <Segmented
          label="Of what"
          value={of}
          options={[
            { value: 'all', label: 'Everything' },
            { value: 'service', label: 'This service' },
            ...(run === undefined ? [] : [{ value: 'run' as const, label: 'This run' }]),
          ]}
          onChange={setOf}
        />
      }
    >
      {isError && <Failure what="The lines around it could not be read" error={error} />}
      {!isError && data === undefined && <SkeletonRows rows={12} height={26} />}
      {data !== undefined && (
        <>
          <MoreLines lines={lines} onMore={() => setLines(Math.min(MOST, lines * 4))} />
          <ol>
            {[...data.before, ...data.records, ...data.after].map((one, index) => (
              <li
                // biome-ignore lint/suspicious/noArrayIndexKey: records may be alike in all
                key={`${recordKey(one)}~${index}`}
                ref={recordKey(one) === record ? middle : undefined}
                className="log-item"
                data-marked={recordKey(one) === record || undefined}
              >
                <LogRow record={one} wanted={undefined} open={false} onToggle={() => {}} />
              </li>
            ))}
          </ol>
          {data.records.length === 0 && (
            <p className="nothing">The record itself is gone: it passed its time of retention.</p>
          )}
          <MoreLines lines={lines} onMore={() => setLines(Math.min(MOST, lines * 4))} />
        </>
      )}
    </Dialog>
  );
}

function MoreLines({ lines, onMore }: { readonly lines: number; readonly onMore: () => void }) {
  if (lines >= MOST) return null;
  return (
    <p className="list-end">
      <Button kind="quiet" onClick={onMore}>
        More lines
      </Button>
    </p>
  );
}

function neighbours(of: Of, record: LogRecord | undefined): { service?: string; run?: string } {
  if (record === undefined || of === 'all') return {};
  if (of === 'service') return { service: record.service };
  const run = runOf(record);
  return run === undefined ? {} : { run };
}
