import { Tooltip as Base } from '@base-ui/react/tooltip';

interface TooltipProps {
  /** What it stands beside. */
  readonly anchor: Element;
  readonly text: string;
}

/** A text beside an element, which has a name of its own. */
export function Tooltip({ anchor, text }: TooltipProps) {
  return (
    <Base.Root open>
      <Base.Portal>
        <Base.Positioner anchor={anchor} sideOffset={6} className="popup-layer">
          <Base.Popup className="tooltip">{text}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
