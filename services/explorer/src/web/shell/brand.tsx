/** The sign: a loss curve, spans beside it, and a log line's dot. The same as `icon.svg`, in the colours of the theme. */
export function Brand() {
  return (
    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M6 7.5c2.2 9.5 5.500 13.400 20 14.600"
        fill="none"
        stroke="var(--accent-ink)"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <path
        d="M14 8.500h12M18 14h8"
        stroke="var(--accent-ink)"
        strokeOpacity="0.55"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <circle cx="8.200" cy="25" r="1.600" fill="var(--sev-warn)" />
    </svg>
  );
}
