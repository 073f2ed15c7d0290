import { useId, useState } from 'react';
import { useShortcuts } from '../shell/shortcuts.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { Popover } from '../ui/popover.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Select } from '../ui/select.tsx';
import type { RootSearch } from '../url/root-search.ts';
import { inputTime, rangeLabel, readInputTime } from './format-time.ts';
import { useTime } from './time-context.tsx';
import { absoluteRange, type MillisRange, PRESETS, scaleRange, shiftRange } from './time-range.ts';

const REFRESHES = [
  { value: 'off', label: 'Refresh: off' },
  { value: '5s', label: 'every 5 s' },
  { value: '10s', label: 'every 10 s' },
  { value: '1m', label: 'every minute' },
] as const;

/** What time the view is about, and how often it looks again. */
export function TimeControls() {
  const time = useTime();
  const move = (range: MillisRange) => time.zoom(range);
  useShortcuts([
    { keys: '[', label: 'Earlier', run: () => move(shiftRange(time.range, -0.5)), group: 'Time' },
    { keys: ']', label: 'Later', run: () => move(shiftRange(time.range, 0.5)), group: 'Time' },
    { keys: '-', label: 'Wider', run: () => move(scaleRange(time.range, 2)), group: 'Time' },
    { keys: '+', label: 'Narrower', run: () => move(scaleRange(time.range, 0.5)), group: 'Time' },
    { keys: 'r', label: 'Look again', run: time.lookAgain, group: 'Time' },
  ]);
  return (
    <div className="time-controls">
      <RangePicker />
      <span className="wide-only">
        <IconButton
          icon="zoomOut"
          label="Twice as wide"
          keys="-"
          onClick={() => move(scaleRange(time.range, 2))}
        />
      </span>
      <IconButton icon="refresh" label="Look again" keys="r" onClick={time.lookAgain} />
      <span className="wide-only">
        <Select
          label="Refresh"
          value={time.refresh ?? 'off'}
          options={REFRESHES}
          onChange={(value) =>
            time.setRefresh(value === 'off' ? undefined : (value as RootSearch['refresh']))
          }
        />
      </span>
    </div>
  );
}

function RangePicker() {
  const time = useTime();
  const [open, setOpen] = useState(false);
  useShortcuts([{ keys: 't', label: 'Choose the time range', run: () => setOpen(true), group: 'Time' }]);
  const label = rangeLabel(time.text, time.zone);
  return (
    <Popover
      label="Time range"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button icon="clock" aria-label={`Time range: ${label}`}>
          <span className="time-label">{label}</span>
          {time.zone === 'utc' && <span className="muted">UTC</span>}
          <Icon name="chevronDown" />
        </Button>
      }
    >
      <div className="time-popup">
        <div className="time-presets">
          {PRESETS.map(({ label: name, range }) => (
            <button
              key={range.from}
              type="button"
              className="menu-item"
              {...(name === label && { 'data-selected': '', 'aria-current': true })}
              onClick={() => {
                time.setRange(range);
                setOpen(false);
              }}
            >
              {name}
            </button>
          ))}
        </div>
        <AbsoluteForm onDone={() => setOpen(false)} />
      </div>
    </Popover>
  );
}

function AbsoluteForm({ onDone }: { readonly onDone: () => void }) {
  const time = useTime();
  const error = useId();
  const [from, setFrom] = useState(() => inputTime(time.range.from, time.zone));
  const [to, setTo] = useState(() => inputTime(time.range.to, time.zone));
  const [problem, setProblem] = useState('');
  const apply = () => {
    const start = readInputTime(from, time.zone);
    const end = readInputTime(to, time.zone);
    if (start === undefined || end === undefined) setProblem('Fill in both times.');
    else if (start >= end) setProblem('The end must be after the start.');
    else {
      time.setRange(absoluteRange({ from: start, to: end }));
      onDone();
    }
  };
  return (
    <form
      className="time-form"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <Segmented
        label="Time zone"
        value={time.zone}
        options={[
          { value: 'local', label: `Local (${Intl.DateTimeFormat().resolvedOptions().timeZone})` },
          { value: 'utc', label: 'UTC' },
        ]}
        onChange={(zone) => {
          setFrom(inputTime(time.range.from, zone));
          setTo(inputTime(time.range.to, zone));
          time.setZone(zone);
        }}
      />
      <label className="field">
        From
        <input
          type="datetime-local"
          step="1"
          className="input"
          value={from}
          aria-describedby={error}
          onChange={(event) => setFrom(event.target.value)}
        />
      </label>
      <label className="field">
        To
        <input
          type="datetime-local"
          step="1"
          className="input"
          value={to}
          aria-describedby={error}
          onChange={(event) => setTo(event.target.value)}
        />
      </label>
      <p id={error} className="time-error" role="alert">
        {problem}
      </p>
      <div className="row">
        <button type="submit" className="button" data-kind="primary">
          Apply
        </button>
        <Button icon="chevronLeft" onClick={() => time.zoom(shiftRange(time.range, -1))}>
          Before
        </Button>
        <Button onClick={() => time.zoom(shiftRange(time.range, 1))}>
          After
          <Icon name="chevronRight" />
        </Button>
      </div>
      <p className="muted">Or drag over any chart.</p>
    </form>
  );
}
