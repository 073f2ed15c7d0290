import { describe, expect, test } from 'bun:test';
import { parseConfig, usage } from './config.ts';
import { SETTINGS } from './settings.ts';

const issuesOf = (env: Record<string, string>) => {
  const parsed = parseConfig(env);
  return parsed.ok ? [] : parsed.issues;
};

describe('parseConfig', () => {
  test('an empty environment gives the defaults', () => {
    expect(parseConfig({})).toEqual({
      ok: true,
      config: {
        port: 9091,
        host: '127.0.0.1',
        token: undefined,
        tokenFile: undefined,
        endpoint: 'http://localhost:4317',
        serviceName: 'ml-metrics-bridge',
        exportIntervalMillis: 1_000,
        stepAttributes: true,
        jobIdleTimeoutSeconds: 7_200,
        spoolFolder: undefined,
        spoolMaxBytes: 268_435_456,
        maxBodyBytes: 256 * 1024 * 1024,
        logLevel: 'info',
      },
    });
  });

  test('what is set is taken; an empty variable is unset, white space around is none', () => {
    const parsed = parseConfig({
      PORT: ' 0 ',
      HOST: '',
      LOG_LEVEL: 'WARN',
      STEP_ATTRIBUTES: 'Off',
      JOB_IDLE_TIMEOUT: '60',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'otel-collector:4317',
      SPOOL_DIR: '/spool',
    });
    expect(parsed).toMatchObject({
      ok: true,
      config: {
        port: 0,
        host: '127.0.0.1',
        logLevel: 'warn',
        stepAttributes: false,
        jobIdleTimeoutSeconds: 60,
      },
    });
  });

  test('all bad values are told together: variable, value and what is accepted', () => {
    expect(
      issuesOf({ PORT: '70000', LOG_LEVEL: 'loud', STEP_ATTRIBUTES: 'maybe', JOB_IDLE_TIMEOUT: '-1' }),
    ).toEqual([
      'PORT="70000": expected a port, 0 to 65535',
      'STEP_ATTRIBUTES="maybe": expected on or off',
      'JOB_IDLE_TIMEOUT="-1": expected seconds, 1 to 31536000',
      'LOG_LEVEL="loud": expected one of trace, debug, info, warn, error, fatal, silent, in any case',
    ]);
  });

  test('a bad token is told without its value', () => {
    const issues = issuesOf({ ML_OTEL_TOKEN: 'se cret' });
    expect(issues).toHaveLength(1);
    expect(issues.join()).not.toContain('cret');
  });

  for (const endpoint of ['ftp://a', 'http://', 'a b:1', ':4317']) {
    test(`${endpoint} is no endpoint`, () => {
      expect(issuesOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toHaveLength(1);
    });
  }

  for (const host of ['0.0.0.0', '::', '192.168.1.1', 'gateway.example', '127.0.0.1.example']) {
    test(`HOST=${host} demands a token`, () => {
      expect(issuesOf({ HOST: host }).join()).toContain('ML_OTEL_TOKEN');
      expect(issuesOf({ HOST: host, ML_OTEL_TOKEN: 'x' })).toEqual([]);
      expect(issuesOf({ HOST: host, ML_OTEL_TOKEN_FILE: '/token' })).toEqual([]);
    });
  }

  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1']) {
    test(`HOST=${host} needs none`, () => expect(issuesOf({ HOST: host })).toEqual([]));
  }

  test('a token and a file with one contradict each other', () => {
    expect(issuesOf({ ML_OTEL_TOKEN: 'x', ML_OTEL_TOKEN_FILE: '/token' })).toHaveLength(1);
  });
});

test('the usage text names every variable', () => {
  for (const { variable } of Object.values(SETTINGS)) expect(usage()).toContain(variable);
});
