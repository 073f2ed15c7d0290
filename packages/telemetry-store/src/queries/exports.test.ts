import { expect, test } from 'bun:test';
import * as queries from './index.ts';

test('what the package offers under ./queries', () => {
  expect(Object.keys(queries).sort()).toEqual([
    'ALL_TIME',
    'QueryError',
    'ResultCache',
    'SEVERITIES',
    'deleteRun',
    'editRun',
    'facetKeys',
    'facetValues',
    'facets',
    'findTraces',
    'logContext',
    'logHistogram',
    'logPage',
    'logTail',
    'metricCatalogue',
    'metricHistogram',
    'metricIncrease',
    'metricNames',
    'metricRate',
    'metricSummary',
    'metricValues',
    'run',
    'runMetricCatalogue',
    'runMetrics',
    'runPage',
    'serviceMap',
    'serviceOverTime',
    'serviceStats',
    'spanPage',
    'trace',
    'trainingSeries',
  ]);
});
