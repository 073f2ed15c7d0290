const PAD = 16;
const HEAD = 26;
const LINE = 18;

interface PictureOptions {
  readonly title: string;
  readonly legend: readonly { readonly name: string; readonly colour: string }[];
}

/** So many lines of a legend fit below a picture. */
const MOST_NAMES = 24;

/** A chart as a PNG: with its title, and who is who, on the ground of the theme. */
export function chartPicture(chart: HTMLCanvasElement, { title, legend }: PictureOptions): Promise<Blob> {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const ratio = devicePixelRatio;
  const names = legend.length > 1 ? legend.slice(0, MOST_NAMES) : [];
  const picture = document.createElement('canvas');
  picture.width = chart.width + 2 * PAD * ratio;
  picture.height = chart.height + (2 * PAD + HEAD + names.length * LINE) * ratio;
  const ctx = picture.getContext('2d')!;
  ctx.fillStyle = token('surface');
  ctx.fillRect(0, 0, picture.width, picture.height);
  ctx.fillStyle = token('ink');
  ctx.font = `600 ${14 * ratio}px ${token('font')}`;
  ctx.textBaseline = 'middle';
  ctx.fillText(title, PAD * ratio, (PAD + HEAD / 2 - 4) * ratio);
  ctx.drawImage(chart, PAD * ratio, (PAD + HEAD) * ratio);
  ctx.font = `${12 * ratio}px ${token('font')}`;
  names.forEach(({ name, colour }, index) => {
    const y = chart.height + (PAD + HEAD + 8 + (index + 0.5) * LINE) * ratio;
    ctx.fillStyle = token(colour);
    ctx.fillRect(PAD * ratio, y - 5 * ratio, 10 * ratio, 10 * ratio);
    ctx.fillStyle = token('ink-2');
    ctx.fillText(name, (PAD + 18) * ratio, y);
  });
  return new Promise((resolve, reject) =>
    picture.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png'),
  );
}
