import { describe, expect, test } from 'bun:test';
import { parseConfig, usage } from './config.ts';
import { SETTINGS } from './settings.ts';

const issuesOf = (env: Record<string, string>) => {
  const parsed = parseConfig(env);
  return parsed.ok ? [] : parsed.issues;
};

describe('parseConfig', () => {
  test('an empty environment is the embedded store on loopback, at the fixed ports', () => {
    const parsed = parseConfig({});
    expect(parsed).toMatchObject({
      ok: true,
      config: {
        host: '127.0.0.1',
        port: 3000,
        otlpGrpcPort: 4317,
        otlpHttpPort: 4318,
        clickhouseDatabase: 'otel',
      },
    });
  });

  test('shows all that is wrong together, with what is accepted, and no secret', () => {
    const issues = issuesOf({
      PORT: '-1',
      OTLP_GRPC_PORT: 'x',
      ML_OTEL_TOKEN: 'two words',
      CLICKHOUSE_URL: 'ftp://x',
    });
    expect(issues).toHaveLength(4);
    expect(issues.join('\n')).toContain('OTLP_GRPC_PORT="x": expected a port, 0 to 65535');
    expect(issues.join('\n')).not.toContain('two words');
  });

  test('beyond loopback a token is demanded', () => {
    for (const HOST of ['0.0.0.0', '::', '192.168.1.7', '127.0.0.1.example']) {
      expect(issuesOf({ HOST })).toHaveLength(1);
      expect(issuesOf({ HOST, ML_OTEL_TOKEN: 'secret' })).toEqual([]);
      expect(issuesOf({ HOST, ML_OTEL_TOKEN_FILE: '/run/secrets/token' })).toEqual([]);
    }
    for (const HOST of ['localhost', '127.0.0.2', '::1']) expect(issuesOf({ HOST })).toEqual([]);
  });

  test('what contradicts itself is refused', () => {
    expect(issuesOf({ ML_OTEL_TOKEN: 'a', ML_OTEL_TOKEN_FILE: 'b' })).toHaveLength(1);
    expect(issuesOf({ OTLP_MAX_PENDING_BYTES: '2097152' })).toHaveLength(1);
  });

  test('the usage text names every setting', () => {
    for (const { variable } of Object.values(SETTINGS)) expect(usage()).toContain(`  ${variable} `);
  });
});
