import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Failure } from '../ui/failure.tsx';
import { keepEdited } from './keep-edited.ts';
import { readTags } from './read-tags.ts';
import { editRun, type Run } from './runs-query.ts';

interface EditRunDialogProps {
  readonly run: Pick<Run, 'id' | 'name' | 'tags' | 'notes'>;
  readonly onClose: () => void;
  readonly onDelete: () => void;
}

/** What a person says about a run. */
export function EditRunDialog({ run, onClose, onDelete }: EditRunDialogProps) {
  const client = useQueryClient();
  const [name, setName] = useState(run.name === run.id ? '' : run.name);
  const [tags, setTags] = useState(run.tags.join(', '));
  const [notes, setNotes] = useState(run.notes);
  const saving = useMutation({
    mutationFn: () => editRun(run.id, { name: name.trim(), tags: readTags(tags), notes }),
    onSuccess: (edited) => {
      keepEdited(client, edited);
      onClose();
    },
  });
  return (
    <Dialog title="Edit the run" open onClose={onClose}>
      <form
        className="run-form"
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <p className="muted mono">{run.id}</p>
        <label className="field">
          Name
          <input
            className="input"
            value={name}
            maxLength={200}
            placeholder={run.id}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className="field">
          Tags, with commas between them
          <input
            className="input"
            value={tags}
            maxLength={5_000}
            placeholder="baseline, paper"
            onChange={(event) => setTags(event.target.value)}
          />
        </label>
        <label className="field">
          Notes
          <textarea
            className="input run-notes"
            rows={6}
            value={notes}
            maxLength={20_000}
            onChange={(event) => setNotes(event.target.value)}
          />
        </label>
        {saving.isError && <Failure what="It was not kept" error={saving.error} />}
        <div className="run-form-foot">
          <Button kind="quiet" className="button button-bad" icon="trash" onClick={onDelete}>
            Delete …
          </Button>
          <Button onClick={onClose}>Cancel</Button>
          <button type="submit" className="button" data-kind="primary" disabled={saving.isPending}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
