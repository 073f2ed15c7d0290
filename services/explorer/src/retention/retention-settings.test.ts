import { describe, expect, test } from 'bun:test';
import { parseConfig } from '../config.ts';
import { confirmedBy, retentionOf } from './retention-settings.ts';

describe('settings', () => {
  const issues = (env: Record<string, string>) => {
    const parsed = parseConfig(env);
    return parsed.ok ? [] : parsed.issues;
  };
  test.each(['0d', '30', '-1d', '1.5d', '30 d', '99999w', '30h', 'never', "30d'; DROP"])(
    '%s is no retention',
    (given) => {
      expect(issues({ RETENTION_LOGS: given })).toHaveLength(1);
    },
  );
  test.each(['logs', 'logs=', 'events=7d', 'logs=7d,', 'logs=7d=8d'])('%s confirms nothing', (given) => {
    expect(issues({ RETENTION_CONFIRM: given })).toHaveLength(1);
  });
  test('an archive is of the embedded store', () => {
    expect(issues({ ARCHIVE_DIR: '/tmp/a', CLICKHOUSE_URL: 'http://localhost:8123' })[0]).toContain('BACKUP');
    expect(issues({ ARCHIVE_DIR: '/tmp/a*' })).toHaveLength(1);
  });
  test('days, weeks and off', () => {
    const parsed = parseConfig({
      RETENTION_LOGS: '2W',
      RETENTION_TRACES: 'off',
      RETENTION_CONFIRM: 'logs=2w',
    });
    if (!parsed.ok) throw new Error(parsed.issues.join());
    expect(retentionOf(parsed.config)).toEqual({
      logs: 14,
      traces: undefined,
      metrics: 30,
      training: undefined,
    });
    expect(confirmedBy(parsed.config)('logs', 14)).toBe(true);
    expect(confirmedBy(parsed.config)('logs', 7)).toBe(false);
    expect(confirmedBy(parsed.config)('traces', 14)).toBe(false);
  });
});
