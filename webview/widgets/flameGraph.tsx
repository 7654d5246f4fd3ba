import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { MenuAction } from "./contextMenu";
import { useActionMenu } from "./menuHost";

/** A box of a flame graph, with what it calls inside it. */
export interface FlameBox {
  readonly key: string;
  readonly label: string;
  /** Said with the label: a size, a share. */
  readonly detail: string;
  readonly weight: number;
  readonly children: readonly FlameBox[];
  /** Click and Enter; without it they zoom. */
  readonly onOpen?: () => void;
  /** What can be done with it: its menu. */
  readonly actions?: () => readonly MenuAction[];
}

interface PlacedBox {
  readonly box: FlameBox;
  readonly depth: number;
  /** Shares of the whole width, 0 to 1. */
  readonly left: number;
  readonly width: number;
  /** Above what is zoomed to. */
  readonly isAbove: boolean;
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
 * through a stack, left and right along its level; Enter opens a box or zooms to it, Space zooms. What a box is in stays
 * above it when it is zoomed to, and leads back.
 */
export function FlameGraph({ label, roots }: FlameGraphProps) {
  const [way, setWay] = useState<readonly FlameBox[]>([]);
  const [active, setActive] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  // Other boxes than those that were zoomed to: begin anew.
  useEffect(() => setWay([]), [roots]);
  const placed = useMemo(() => place(roots, way), [roots, way]);
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
      zoomTo(placed[active].box);
    } else if (event.key === "Escape" && way.length > 0) {
      event.preventDefault();
      setWay([]);
    }
  };
  const zoomTo = (box: FlameBox) => {
    // Once more on the same box: a step back.
    const next = box === way.at(-1) ? way.slice(0, -1) : wayTo(roots, box);
    setWay(next);
    setActive(Math.max(0, next.length - 1));
  };
  // A box that was left out of the picture, or drawn anew, has lost the focus.
  useEffect(() => {
    const { activeElement } = document;
    if (way.length > 0 || frame.current?.contains(activeElement)) focus(active);
  }, [way]);
  return (
    <div
      ref={frame}
      class="flame"
      role="group"
      aria-label={label}
      style={{ height: `${depth * rowPixels}px` }}
      onKeyDown={onKeyDown}
    >
      {placed.map((each, at) => (
        <Box
          key={each.box.key}
          placed={each}
          isActive={at === Math.min(active, placed.length - 1)}
          onFocus={() => setActive(at)}
          onZoom={() => zoomTo(each.box)}
        />
      ))}
    </div>
  );
}

interface BoxProps {
  readonly placed: PlacedBox;
  readonly isActive: boolean;
  readonly onFocus: () => void;
  readonly onZoom: () => void;
}

function Box({ placed: { box, depth, left, width, isAbove }, isActive, onFocus, onZoom }: BoxProps) {
  const menu = useActionMenu(box.label, () => box.actions?.() ?? []);
  return (
    <button
      type="button"
      class={isAbove ? "flame-box above" : "flame-box"}
      tabIndex={isActive ? 0 : -1}
      title={`${box.label}\n${box.detail}`}
      aria-label={`${box.label}, ${box.detail}`}
      style={{ top: `${depth * rowPixels}px`, left: `${100 * left}%`, width: `${100 * width}%` }}
      onFocus={onFocus}
      onClick={isAbove ? onZoom : (box.onOpen ?? onZoom)}
      {...(box.actions === undefined ? {} : menu)}
    >
      {box.label}
    </button>
  );
}

/** From a root down to a box, both included. */
function wayTo(roots: readonly FlameBox[], wanted: FlameBox): readonly FlameBox[] {
  let level: { box: FlameBox; above: readonly FlameBox[] }[] = roots.map((box) => ({ box, above: [] }));
  for (let depth = 0; depth < mostRows && level.length > 0; depth++) {
    const found = level.find(({ box }) => box === wanted);
    if (found !== undefined) return [...found.above, wanted];
    level = level.flatMap(({ box, above }) =>
      box.children.map((child) => ({ box: child, above: [...above, box] })),
    );
  }
  return [];
}

/**
 * Boxes level by level from the left; those too narrow to hit are left out. What leads to the box that is zoomed to is
 * as wide as all.
 */
function place(roots: readonly FlameBox[], way: readonly FlameBox[]): PlacedBox[] {
  const placed: PlacedBox[] = way
    .slice(0, -1)
    .map((box, depth) => ({ box, depth, left: 0, width: 1, isAbove: true }));
  const zoomed = way.at(-1);
  const shown = zoomed === undefined ? roots : [zoomed];
  const total = shown.reduce((sum, { weight }) => sum + weight, 0);
  let level = [{ boxes: shown, left: 0 }];
  for (let depth = placed.length; depth < mostRows && level.length > 0 && total > 0; depth++) {
    const below: typeof level = [];
    for (const { boxes, left } of level) {
      let at = left;
      for (const box of boxes) {
        const width = box.weight / total;
        if (width >= narrowest) {
          placed.push({ box, depth, left: at, width, isAbove: false });
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
