import { useMemo, useRef, useState } from "preact/hooks";

/** A box of a flame graph, with what it calls inside it. */
export interface FlameBox {
  readonly key: string;
  readonly label: string;
  /** Said with the label: a size, a share. */
  readonly detail: string;
  readonly weight: number;
  readonly children: readonly FlameBox[];
  readonly onOpen?: () => void;
}

interface PlacedBox {
  readonly box: FlameBox;
  readonly depth: number;
  /** Shares of the whole width, 0 to 1. */
  readonly left: number;
  readonly width: number;
}

/** Narrower than this share of the width nothing can be read or hit. */
const narrowest = 0.002;
const mostRows = 64;
const rowPixels = 22;

export interface FlameGraphProps {
  readonly label: string;
  readonly roots: readonly FlameBox[];
}

/**
 * Stacks as nested boxes, outermost on top, as wide as their weight. Arrow keys walk along the boxes: up and down
 * through a stack, left and right along its level; Enter opens a box's source, Space zooms to it.
 */
export function FlameGraph({ label, roots }: FlameGraphProps) {
  const [zoom, setZoom] = useState<FlameBox | undefined>(undefined);
  const [active, setActive] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  const shown = zoom === undefined ? roots : [zoom];
  const placed = useMemo(() => place(shown), [roots, zoom]);
  const depth = placed.reduce((most, box) => Math.max(most, box.depth), 0) + 1;

  const focus = (next: number) => {
    setActive(next);
    frame.current?.querySelectorAll<HTMLElement>("button.flame-box")[next]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = neighbour(placed, active, event.key);
    if (next !== undefined) {
      event.preventDefault();
      focus(next);
    } else if (event.key === " " && placed[active] !== undefined) {
      event.preventDefault();
      setZoom(zoom === placed[active].box ? undefined : placed[active].box);
      focus(0);
    } else if (event.key === "Escape" && zoom !== undefined) {
      event.preventDefault();
      setZoom(undefined);
    }
  };
  return (
    <div
      ref={frame}
      class="flame"
      role="group"
      aria-label={label}
      style={{ height: `${depth * rowPixels}px` }}
      onKeyDown={onKeyDown}
    >
      {placed.map(({ box, depth: row, left, width }, at) => (
        <button
          key={box.key}
          type="button"
          class="flame-box"
          tabIndex={at === active ? 0 : -1}
          title={`${box.label}\n${box.detail}`}
          aria-label={`${box.label}, ${box.detail}`}
          style={{ top: `${row * rowPixels}px`, left: `${100 * left}%`, width: `${100 * width}%` }}
          onFocus={() => setActive(at)}
          onClick={() => box.onOpen?.()}
        >
          {box.label}
        </button>
      ))}
    </div>
  );
}

/** Boxes level by level from the left; those too narrow to hit are left out. */
function place(roots: readonly FlameBox[]): PlacedBox[] {
  const placed: PlacedBox[] = [];
  const total = roots.reduce((sum, { weight }) => sum + weight, 0);
  let level = [{ boxes: roots, left: 0 }];
  for (let depth = 0; depth < mostRows && level.length > 0 && total > 0; depth++) {
    const below: typeof level = [];
    for (const { boxes, left } of level) {
      let at = left;
      for (const box of boxes) {
        const width = box.weight / total;
        if (width >= narrowest) {
          placed.push({ box, depth, left: at, width });
          if (box.children.length > 0) below.push({ boxes: box.children, left: at });
        }
        at += width;
      }
    }
    level = below;
  }
  return placed;
}

/** The box an arrow key leads to; undefined for other keys and at the edges. */
function neighbour(placed: readonly PlacedBox[], from: number, key: string): number | undefined {
  const own = placed[from];
  if (own === undefined) return undefined;
  const middle = own.left + own.width / 2;
  const find = (test: (box: PlacedBox) => boolean) => {
    const found = placed.findIndex(test);
    return found < 0 ? undefined : found;
  };
  switch (key) {
    case "ArrowUp":
      return find(
        (box) => box.depth === own.depth - 1 && box.left <= middle && middle < box.left + box.width,
      );
    case "ArrowDown":
      return find(
        (box) =>
          box.depth === own.depth + 1 && box.left >= own.left - 1e-9 && box.left < own.left + own.width,
      );
    case "ArrowRight":
      return placed[from + 1]?.depth === own.depth ? from + 1 : undefined;
    case "ArrowLeft":
      return placed[from - 1]?.depth === own.depth ? from - 1 : undefined;
    default:
      return undefined;
  }
}
