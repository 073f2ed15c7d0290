/**
 * Small parts that most views are made of. Loaded with the page, because each file of a view is a request of its own, and
 * the bundler would make one of every few parts that the same views share.
 */
import './live/live-events.ts';
import './shell/use-list-keys.ts';
import './shell/view-frame.tsx';
import './ui/copy-button.tsx';
import './ui/format-number.ts';
import './ui/highlighted.tsx';
import './ui/popover.tsx';
import './ui/search-box.tsx';
import './ui/segmented.tsx';
import './ui/select.tsx';
import './charts/chart-theme.ts';
import './metrics/metric-question.ts';
import './metrics/metrics-query.ts';
import './runs/runs-query.ts';
import './runs/kept.ts';
import './runs/state-badge.tsx';
import './runs/run-progress.ts';
import './runs/curves/curve.ts';
import './runs/curves/batched.ts';
