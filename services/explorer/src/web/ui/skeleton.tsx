/** Lines where rows will be, of the height that they will have. Silent: whoever waits is told once, by the view. */
export function SkeletonRows({ rows, height = 28 }: { readonly rows: number; readonly height?: number }) {
  return (
    <div aria-hidden="true">
      {Array.from({ length: rows }, (_, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: they have nothing else, and never move
          key={index}
          style={{ height, padding: `${(height - 12) / 2}px 16px` }}
        >
          <span className="skeleton" style={{ height: 12, width: `${35 + ((index * 37) % 55)}%` }} />
        </div>
      ))}
    </div>
  );
}

export function SkeletonBlock({ height }: { readonly height: number }) {
  return <span className="skeleton" aria-hidden="true" style={{ height }} />;
}
