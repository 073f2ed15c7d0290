import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';

/**
 * A component whose script comes when it is first shown, so that a view need not wait for what it may never open.
 *
 * @param place stands there until it has come; nothing by default
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  place: (props: Props) => ReactNode = () => null,
): (props: Props) => ReactNode {
  const Part = lazy(async () => ({ default: await load() })) as unknown as ComponentType<Props>;
  return (props) => (
    <Suspense fallback={place(props)}>
      <Part {...props} />
    </Suspense>
  );
}
