import { Link } from '@tanstack/react-router';
import { useShortcuts } from '../shell/shortcuts.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';

interface RunsSelectionProps {
  readonly ids: readonly string[];
  readonly onClear: () => void;
  readonly onDelete: () => void;
}

/** What can be done with the runs that are chosen. */
export function RunsSelection({ ids, onClear, onDelete }: RunsSelectionProps) {
  if (ids.length === 0) return null;
  return (
    <div className="runs-selection" role="status">
      <strong>{ids.length} selected</strong>
      <CompareKey />
      <Link
        id="compare-selected"
        className="button"
        data-kind="primary"
        to="/compare"
        search={{ runs: [...ids] }}
      >
        <Icon name="compare" />
        Compare
      </Link>
      <Button icon="trash" onClick={onDelete}>
        Delete …
      </Button>
      <IconButton icon="close" label="Select none" keys="Esc" onClick={onClear} />
    </div>
  );
}

function CompareKey() {
  useShortcuts([
    {
      keys: 'c',
      label: 'Compare what is selected',
      run: () => document.getElementById('compare-selected')?.click(),
    },
  ]);
  return null;
}
