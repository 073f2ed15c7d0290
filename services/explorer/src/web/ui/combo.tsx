import { lazyPart } from './lazy-part.tsx';

/**
 * A text that is mostly one of a list: offers what begins or goes on like what is typed. Enter or leaving takes it. What
 * offers comes after the view is there; until then its place is kept.
 */
export const Combo = lazyPart(
  async () => (await import('./combo-box.tsx')).ComboBox,
  ({ label, placeholder, value = '' }) => (
    <input
      className="input combo-input"
      aria-label={label}
      placeholder={placeholder}
      value={value}
      readOnly
    />
  ),
);
