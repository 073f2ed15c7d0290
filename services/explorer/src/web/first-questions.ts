/**
 * What a view asks first, by its name, where its address has no query: the server names these beside the page, so the
 * browser asks while it still loads the scripts. They must be the views' own requests to the letter, else both are sent
 * (a browser test looks). `:runId` stands for what the path has there.
 */
export const FIRST_QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  'runs-view': ['/api/runs?sort=start&order=descending&limit=200'],
  'run-view': [
    '/api/runs/:runId/series?metric=ml.training.loss&x=step&points=400&attempts=latest&values=rounded',
    '/api/runs/:runId',
    '/api/runs/:runId/metrics',
  ],
};
