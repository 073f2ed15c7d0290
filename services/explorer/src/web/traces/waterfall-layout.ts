/** What of a span the layout looks at. Times are nanoseconds after the first start of the trace. */
export interface LaidSpan {
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly start: number;
  readonly duration: number;
}

/** A span in its place. */
export interface Row<S extends LaidSpan> {
  readonly span: S;
  /** 0 for a root. */
  readonly depth: number;
  /** How many are below it, at any depth. */
  readonly below: number;
  readonly collapsed: boolean;
  /** It names a parent that has not come. */
  readonly orphan: boolean;
}

export interface Tree<S extends LaidSpan> {
  readonly roots: readonly S[];
  /** By span id, in the order of their starts. */
  readonly children: ReadonlyMap<string, readonly S[]>;
  readonly below: ReadonlyMap<string, number>;
  readonly orphans: ReadonlySet<string>;
}

/**
 * Who is below whom. A span whose parent has not come is a root; of spans that are each other's parents the first is;
 * of two with one id the first counts. Nothing is recursive: a trace may be a chain of ten thousand.
 */
export function toTree<S extends LaidSpan>(spans: readonly S[]): Tree<S> {
  const byId = new Map<string, S>();
  for (const span of spans) if (!byId.has(span.spanId)) byId.set(span.spanId, span);
  const unique = [...byId.values()].sort((a, b) => a.start - b.start || b.duration - a.duration);
  const children = new Map<string, S[]>();
  const roots: S[] = [];
  const orphans = new Set<string>();
  const firsts = firstOfCircles(byId);
  for (const span of unique) {
    if (span.parentSpanId !== '' && byId.has(span.parentSpanId) && !firsts.has(span)) {
      const siblings = children.get(span.parentSpanId);
      if (siblings === undefined) children.set(span.parentSpanId, [span]);
      else siblings.push(span);
    } else {
      roots.push(span);
      if (span.parentSpanId !== '') orphans.add(span.spanId);
    }
  }
  return { roots, children, below: countBelow(roots, children), orphans };
}

/** The first span of each circle of parents. Every span is walked over once. */
function firstOfCircles<S extends LaidSpan>(byId: ReadonlyMap<string, S>): Set<S> {
  const done = new Set<S>();
  const firsts = new Set<S>();
  for (const span of byId.values()) {
    const path = new Set<S>();
    let at: S | undefined = span;
    while (at !== undefined && !done.has(at) && !path.has(at)) {
      path.add(at);
      at = byId.get(at.parentSpanId);
    }
    if (at !== undefined && path.has(at)) {
      const circle = [...path].slice([...path].indexOf(at));
      firsts.add(circle.reduce((first, one) => (isBefore(one, first) ? one : first)));
    }
    for (const one of path) done.add(one);
  }
  return firsts;
}

function isBefore(a: LaidSpan, b: LaidSpan): boolean {
  return a.start !== b.start ? a.start < b.start : a.spanId < b.spanId;
}

function countBelow<S extends LaidSpan>(
  roots: readonly S[],
  children: ReadonlyMap<string, readonly S[]>,
): Map<string, number> {
  const order: S[] = [];
  const stack = [...roots];
  for (let span = stack.pop(); span !== undefined; span = stack.pop()) {
    order.push(span);
    stack.push(...(children.get(span.spanId) ?? []));
  }
  const below = new Map<string, number>();
  for (const { spanId } of order.reverse())
    below.set(
      spanId,
      (children.get(spanId) ?? []).reduce((sum, child) => sum + 1 + (below.get(child.spanId) ?? 0), 0),
    );
  return below;
}

/** The rows that are in sight, from the top down. */
export function toRows<S extends LaidSpan>(
  tree: Tree<S>,
  collapsed: ReadonlySet<string>,
  /** Only these and what is above them; all where undefined. */
  only?: ReadonlySet<string>,
): Row<S>[] {
  const rows: Row<S>[] = [];
  const stack = tree.roots.map((span) => ({ span, depth: 0 })).reverse();
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { span, depth } = top;
    if (only !== undefined && !only.has(span.spanId)) continue;
    const isCollapsed = collapsed.has(span.spanId);
    const below = tree.below.get(span.spanId) ?? 0;
    rows.push({ span, depth, below, collapsed: isCollapsed, orphan: tree.orphans.has(span.spanId) });
    const children = isCollapsed ? [] : (tree.children.get(span.spanId) ?? []);
    for (let i = children.length - 1; i >= 0; i--) stack.push({ span: children[i]!, depth: depth + 1 });
  }
  return rows;
}

/** The ids of those that fit, and of all that are above them. */
export function withAncestors<S extends LaidSpan>(tree: Tree<S>, fits: (span: S) => boolean): Set<string> {
  const parents = new Map<string, string>();
  const found = new Set<string>();
  for (const [parent, list] of tree.children) for (const { spanId } of list) parents.set(spanId, parent);
  const add = (span: S) => {
    if (!fits(span)) return;
    for (let id: string | undefined = span.spanId; id !== undefined && !found.has(id); id = parents.get(id))
      found.add(id);
  };
  for (const root of tree.roots) add(root);
  for (const list of tree.children.values()) for (const span of list) add(span);
  return found;
}

/** Spans that have others below them, for `collapse all`. */
export function parentsOf<S extends LaidSpan>(tree: Tree<S>): Set<string> {
  return new Set(tree.children.keys());
}

/** Round durations for the scale, nanoseconds: four to eight of them. */
export function scaleSteps(duration: number): number[] {
  if (!(duration > 0)) return [0];
  const rough = duration / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough)!;
  return Array.from({ length: Math.floor(duration / step) + 1 }, (_, index) => index * step);
}
