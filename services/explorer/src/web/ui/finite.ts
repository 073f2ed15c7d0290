/** A number that JSON may have had no number for; null where there is none. */
export function finite(value: number | string | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
