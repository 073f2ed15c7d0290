import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Failure } from '../ui/failure.tsx';
import { formatCount } from '../ui/format-number.ts';
import { deleteRun, runMetrics } from './runs-query.ts';

interface DeleteRunsDialogProps {
  readonly runs: readonly { readonly id: string; readonly name: string; readonly state?: string }[];
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Of so many runs the curves are counted beforehand. */
const COUNTED = 10;

/** Says what will go, and lets it go. */
export function DeleteRunsDialog({ runs, onClose, onDeleted }: DeleteRunsDialogProps) {
  const client = useQueryClient();
  const counted = useQueries({ queries: runs.slice(0, COUNTED).map(({ id }) => runMetrics(id)) });
  const curves = counted.reduce((sum, { data }) => sum + (data?.rows.length ?? 0), 0);
  const known = runs.length <= COUNTED && counted.every(({ data }) => data !== undefined);
  const deleting = useMutation({
    mutationFn: async () => {
      for (const { id } of runs) await deleteRun(id);
    },
    // Only the list: what is gone must not be asked for again.
    onSettled: () => client.invalidateQueries({ queryKey: ['runs', 'list'] }),
    onSuccess: onDeleted,
  });
  const one = runs.length === 1;
  const going = runs.filter(({ state }) => state === 'running');
  return (
    <Dialog title={one ? 'Delete this run?' : `Delete ${runs.length} runs?`} open onClose={onClose}>
      <div className="run-form">
        <ul className="delete-names">
          {runs.map(({ id, name }) => (
            <li key={id}>
              <strong>{name}</strong> {name !== id && <span className="muted mono">{id}</span>}
            </li>
          ))}
        </ul>
        <p>
          {one ? 'Its' : 'Their'}{' '}
          {known ? `${formatCount(curves)} ${curves === 1 ? 'curve' : 'curves'}` : 'curves'} with all points,
          configuration, name, tags and notes go for good. Logs and spans stay until they expire.
        </p>
        {going.length > 0 && (
          <p className="delete-warning">
            {one ? 'It is' : `${going.length} of them are`} still running: what is sent from now on makes{' '}
            {one ? 'it' : 'them'} appear again.
          </p>
        )}
        {deleting.isError && <Failure what="Not all could be deleted" error={deleting.error} />}
        <div className="run-form-foot">
          <Button onClick={onClose}>Keep {one ? 'it' : 'them'}</Button>
          <Button
            kind="primary"
            className="button button-danger"
            icon="trash"
            disabled={deleting.isPending}
            onClick={() => deleting.mutate()}
          >
            {deleting.isPending ? 'Deleting …' : 'Delete for good'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
