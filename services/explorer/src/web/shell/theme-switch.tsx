import { Icon, type IconName } from '../ui/icons.tsx';
import { useShortcuts } from './shortcuts.tsx';
import { chooseTheme, type ThemeChoice, useThemeChoice } from './theme.ts';

const NEXT: Readonly<Record<ThemeChoice, { next: ThemeChoice; icon: IconName; name: string }>> = {
  system: { next: 'light', icon: 'screen', name: 'System' },
  light: { next: 'dark', icon: 'sun', name: 'Light' },
  dark: { next: 'system', icon: 'moon', name: 'Dark' },
};

/** Light, dark, or as the system has it. */
export function ThemeSwitch() {
  const choice = useThemeChoice();
  const { next, icon, name } = NEXT[choice];
  useShortcuts([{ keys: 'd', label: 'Change the theme', run: () => chooseTheme(next), group: 'Everywhere' }]);
  return (
    <button
      type="button"
      className="rail-link"
      aria-label={`${name} theme; change to ${NEXT[next].name.toLowerCase()}`}
      title={`${name} theme`}
      onClick={() => chooseTheme(next)}
    >
      <Icon name={icon} />
      <span>{name} theme</span>
    </button>
  );
}
