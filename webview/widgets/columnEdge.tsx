import { useRef, useState } from "preact/hooks";
import { narrowest, widest } from "./columnWidths";

const step = 16;

export interface ColumnEdgeProps {
  readonly title: string;
  /** undefined: back to the width it had at first. */
  readonly onResize: (pixels: number | undefined) => void;
}

/** The right edge of a heading: drag it, or focus it and use the arrows; Enter or a double click resets the width. */
export function ColumnEdge({ title, onResize }: ColumnEdgeProps) {
  const edge = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState<{ readonly x: number; readonly width: number } | undefined>();
  const [now, setNow] = useState(0);
  const width = () => edge.current?.parentElement?.getBoundingClientRect().width ?? 0;
  const resize = (pixels: number) => {
    setNow(Math.round(pixels));
    onResize(pixels);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey) return;
    if (event.key === "ArrowLeft") resize(width() - step);
    else if (event.key === "ArrowRight") resize(width() + step);
    else if (event.key === "Enter") onResize(undefined);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={edge}
      class="column-edge"
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${title}`}
      aria-valuemin={narrowest}
      aria-valuemax={widest}
      aria-valuenow={now}
      aria-valuetext={`${now} pixels`}
      title="Drag to resize; arrow keys when focused; double click or Enter to reset"
      tabIndex={0}
      onFocus={() => setNow(Math.round(width()))}
      onKeyDown={onKeyDown}
      onDblClick={() => onResize(undefined)}
      onPointerDown={(event) => {
        edge.current!.setPointerCapture(event.pointerId);
        setHeld({ x: event.clientX, width: width() });
      }}
      onPointerMove={(event) => held !== undefined && resize(held.width + event.clientX - held.x)}
      onPointerUp={() => setHeld(undefined)}
      onPointerCancel={() => setHeld(undefined)}
    />
  );
}
