const LEVELS: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

/** Our services' JSON log lines as people read them, with time, level, message and fields; any other line as it is. */
export function readableLogLine(line: string): string {
  const { level, time, msg, service: _, ...fields } = parse(line);
  const name = LEVELS[level as number];
  if (name === undefined || typeof time !== 'string' || typeof msg !== 'string') return line;
  const shown = Object.entries(fields).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return [time.slice(11, 23), name.padEnd(5), msg, ...shown].join(' ');
}

function parse(line: string): Record<string, unknown> {
  if (!line.startsWith('{')) return {};
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
