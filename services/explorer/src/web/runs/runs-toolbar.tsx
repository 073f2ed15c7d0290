import { useCallback } from 'react';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Combo } from '../ui/combo.tsx';
import { Popover } from '../ui/popover.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { Select } from '../ui/select.tsx';
import { RUN_STATES, type RunState } from './run-state.ts';
import { RUN_COLUMNS } from './runs-columns.tsx';
import type { Run } from './runs-query.ts';
import type { RunsSearch } from './runs-search.ts';

type Change = (changed: { [K in keyof RunsSearch]?: RunsSearch[K] | undefined }) => void;

interface RunsToolbarProps {
  readonly search: RunsSearch;
  readonly change: Change;
  /** Those that are shown: what there is to filter by is taken from them. */
  readonly runs: readonly Run[];
  readonly columns: readonly string[];
  readonly onColumns: (columns: readonly string[]) => void;
}

export function RunsToolbar({ search, change, runs, columns, onColumns }: RunsToolbarProps) {
  const onSearch = useCallback((q: string | undefined) => change({ q }), [change]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not known to all screen readers yet
    <div className="toolbar" role="search">
      <SearchBox
        label="Search runs"
        placeholder="Name, model, dataset, tag, notes"
        value={search.q}
        onChange={onSearch}
      />
      <StateFilter search={search} change={change} />
      <Popover label="Filter" trigger={<Button icon="filter">Filter</Button>} align="end">
        <FilterForm search={search} change={change} runs={runs} />
      </Popover>
      <Select
        label="Group by"
        value={search.group ?? 'none'}
        options={[
          { value: 'none', label: 'No groups' },
          { value: 'state', label: 'By state' },
          { value: 'model', label: 'By model' },
          { value: 'dataset', label: 'By dataset' },
          { value: 'project', label: 'By project' },
        ]}
        onChange={(group) => change({ group: group === 'none' ? undefined : (group as RunsSearch['group']) })}
      />
      <span className="wide-only">
        <Popover label="Columns" trigger={<Button icon="columns">Columns</Button>} align="end">
          <ColumnsForm columns={columns} onColumns={onColumns} />
        </Popover>
      </span>
      <RunFilterChips search={search} change={change} />
    </div>
  );
}

function StateFilter({ search, change }: { readonly search: RunsSearch; readonly change: Change }) {
  const chosen = new Set(search.state);
  const toggle = (state: RunState) => {
    const next = RUN_STATES.filter((one) => (one === state ? !chosen.has(one) : chosen.has(one)));
    change({ state: next.length === 0 ? undefined : next });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame and a legend of its own
    <div className="segmented runs-states" role="group" aria-label="Only in these states">
      {RUN_STATES.map((state) => (
        <button key={state} type="button" aria-pressed={chosen.has(state)} onClick={() => toggle(state)}>
          {state}
        </button>
      ))}
    </div>
  );
}

function FilterForm({ search, change, runs }: Pick<RunsToolbarProps, 'search' | 'change' | 'runs'>) {
  const valuesOf = (pick: (run: Run) => readonly string[]) =>
    [...new Set(runs.flatMap(pick))].filter((value) => value !== '').sort((a, b) => a.localeCompare(b));
  const fields = [
    { key: 'model', label: 'Model', options: valuesOf(({ model }) => [model]) },
    { key: 'dataset', label: 'Dataset', options: valuesOf(({ dataset }) => [dataset]) },
    { key: 'project', label: 'Project', options: valuesOf(({ project }) => [project]) },
    { key: 'tag', label: 'Tag', options: valuesOf(({ tags }) => tags) },
  ] as const;
  return (
    <div className="runs-form">
      {fields.map(({ key, label, options }) => (
        <div key={key} className="field">
          <span aria-hidden="true">{label}</span>
          <Combo
            label={label}
            placeholder="Any"
            value={search[key]}
            options={options}
            onChange={(value) => change({ [key]: value })}
          />
        </div>
      ))}
      <div className="field">
        <span aria-hidden="true">Label</span>
        <Combo
          label="Label"
          placeholder="key:value"
          value={undefined}
          options={valuesOf(({ labels }) => Object.entries(labels).map(([key, value]) => `${key}:${value}`))}
          onChange={(value) => {
            if (value?.match(/^[^:]+:/)) change({ label: [...new Set([...(search.label ?? []), value])] });
          }}
        />
      </div>
    </div>
  );
}

function ColumnsForm({ columns, onColumns }: Pick<RunsToolbarProps, 'columns' | 'onColumns'>) {
  return (
    <div className="runs-form">
      {RUN_COLUMNS.filter(({ key }) => key !== 'name').map(({ key, label }) => (
        <label key={key} className="check">
          <input
            type="checkbox"
            checked={columns.includes(key)}
            onChange={(event) =>
              onColumns(event.target.checked ? [...columns, key] : columns.filter((column) => column !== key))
            }
          />
          {label}
        </label>
      ))}
      <Button
        kind="quiet"
        onClick={() => onColumns(RUN_COLUMNS.filter(({ usual }) => usual).map(({ key }) => key))}
      >
        The usual ones
      </Button>
    </div>
  );
}

function RunFilterChips({ search, change }: { readonly search: RunsSearch; readonly change: Change }) {
  return (
    <>
      {(['model', 'dataset', 'project', 'tag'] as const).map(
        (key) =>
          search[key] !== undefined && (
            <Chip key={key} label={`${key} ${search[key]}`} onRemove={() => change({ [key]: undefined })}>
              {key} = {search[key]}
            </Chip>
          ),
      )}
      {search.label?.map((label) => (
        <Chip
          key={label}
          label={label}
          onRemove={() => {
            const rest = search.label?.filter((one) => one !== label) ?? [];
            change({ label: rest.length === 0 ? undefined : rest });
          }}
        >
          {label.replace(':', ' = ')}
        </Chip>
      ))}
    </>
  );
}
