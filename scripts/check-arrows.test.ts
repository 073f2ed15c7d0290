import { expect, test } from 'bun:test';
import { badArrows } from './check-arrows.ts';

// Written so, the line below is not itself an import that the check would judge.
const DYNAMIC = 'import';
const BRIDGE = 'packages/ml-otel-bridge/src';
const STORE = 'packages/telemetry-store/src';

test.each([
  [`${BRIDGE}/schema/snapshot.ts`, `import * as v from 'valibot';`],
  [`${BRIDGE}/schema/snapshot.ts`, `import { limit } from './limits.ts';`],
  [`${BRIDGE}/mapping/map.ts`, `import type { Snapshot } from '../schema/index.ts';`],
  [`${BRIDGE}/export/loop.ts`, `import { buffer } from '../mapping/buffer.ts';`],
  [`${BRIDGE}/mapping/map.test.ts`, `import { snapshot } from '../testing/index.ts';`],
  [`${BRIDGE}/bridge.ts`, `import { loop } from './export/loop.ts';`],
  [`${STORE}/queries/logs.test.ts`, `import { open } from '../ingest/testing/open.ts';`],
  [`${STORE}/ingest/testing/open.ts`, `import { migrate } from '../../migrate/migrate.ts';`],
  ['services/explorer/src/main.ts', `import { migrate } from '@ml-otel/telemetry-store';`],
  ['services/sidecar/src/main.ts', `import { createBridge } from 'ml-otel-bridge';`],
  [
    'services/explorer/src/web/api/client.ts',
    `import type { Api } from '../../api/app.ts';\nexport type Client = Api;`,
  ],
  ['e2e/lossless.test.ts', `import { waitUntil } from '../scripts/wait-until.ts';`],
])('%s may: %s', (file, source) => {
  expect(badArrows(file, source)).toEqual([]);
});

test.each([
  [`${BRIDGE}/schema/snapshot.ts`, `import { map } from '../mapping/map.ts';`, `${BRIDGE}/mapping/map.ts`],
  [`${BRIDGE}/sources/file.ts`, `import { map } from '../mapping/map.ts';`, `${BRIDGE}/mapping/map.ts`],
  [`${BRIDGE}/mapping/map.ts`, `export * from '../export/loop.ts';`, `${BRIDGE}/export/loop.ts`],
  [`${BRIDGE}/export/loop.ts`, `const { x } = await ${DYNAMIC}('../bridge.ts');`, `${BRIDGE}/bridge.ts`],
  [
    `${BRIDGE}/mapping/map.ts`,
    `import { snapshot } from '../testing/index.ts';`,
    `${BRIDGE}/testing/index.ts`,
  ],
  [
    `${STORE}/queries/logs.ts`,
    `import { open } from '../ingest/testing/open.ts';`,
    `${STORE}/ingest/testing/open.ts`,
  ],
  [
    'services/sidecar/src/main.ts',
    `import { x } from '../../mock-trainer/src/x.ts';`,
    'services/mock-trainer/src/x.ts',
  ],
  [
    'packages/ml-otel-bridge/src/bridge.ts',
    `import '../../../services/sidecar/src/x.ts';`,
    'services/sidecar/src/x.ts',
  ],
  [
    'services/explorer/src/web/api/client.ts',
    `import { api } from '../../api/app.ts'; export const x = api();`,
    'services/explorer/src/api/app.ts',
  ],
  [
    'services/explorer/src/web/api/client.ts',
    `import type { Store } from '../../store/open-store.ts';`,
    'services/explorer/src/store/open-store.ts',
  ],
  [
    'e2e/x.test.ts',
    `import { config } from '../services/sidecar/src/config.ts';`,
    'services/sidecar/src/config.ts',
  ],
])('%s must not: %s', (file, source, imports) => {
  expect(badArrows(file, `// first line\n${source}`)).toEqual([{ file, line: 2, imports }]);
});
