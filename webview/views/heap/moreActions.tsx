import { useRef } from "preact/hooks";
import type { MenuAction } from "../../widgets/contextMenu";
import { useMenuBelow } from "../../widgets/menuHost";
import { Button } from "../../widgets/toolkit";

export interface MoreActionsProps {
  readonly label: string;
  readonly actions: () => readonly MenuAction[];
}

/** A button that opens the whole menu of an object, beside those that do a part of it. */
export function MoreActions({ label, actions }: MoreActionsProps) {
  const place = useRef<HTMLSpanElement>(null);
  const open = useMenuBelow(label, actions);
  return (
    <span ref={place}>
      <Button
        title={label}
        onClick={() => {
          const button = place.current!.firstElementChild as HTMLElement;
          open(button);
        }}
      >
        More Actions…
      </Button>
    </span>
  );
}
