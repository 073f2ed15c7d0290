/** As the API has them; the most alive first. */
export const RUN_STATES = ['running', 'stalled', 'failed', 'vanished', 'finished'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** What each means, for those who wonder. */
export const STATE_MEANINGS: Readonly<Record<RunState, string>> = {
  running: 'Points are coming in',
  stalled: 'No point for a minute, or for ten times the gap between its steps; its process still lives',
  failed: 'It said that it failed',
  vanished: 'Nothing comes any more, and it never said that it ends',
  finished: 'It said that it finished',
};
