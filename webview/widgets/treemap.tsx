import { hierarchy, treemap, treemapSquarify } from "d3-hierarchy";
import { useEffect, useRef, useState } from "preact/hooks";
import type { MenuAction } from "./contextMenu";
import { useActionMenu } from "./menuHost";
import { useWidth } from "./useWidth";

export interface Tile {
  readonly key: string;
  readonly label: string;
  /** Second line, e.g. a size. */
  readonly detail: string;
  readonly weight: number;
  readonly onOpen?: () => void;
  /** What can be done with it: its menu. */
  readonly actions?: () => readonly MenuAction[];
  /** Stands for a remainder: drawn without a colour. */
  readonly isRest?: boolean;
}

export interface TreemapProps {
  readonly label: string;
  readonly tiles: readonly Tile[];
  readonly height: number;
}

/** Areas proportional to weights. Every tile is reachable with the arrow keys and opens with Enter. */
export function Treemap({ label, tiles, height }: TreemapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [active, setActive] = useState(0);
  // Whoever opened a tile goes on with those that take its place.
  const hasOpened = useRef(false);
  const shown = tiles.map(({ key }) => key).join("\n");
  useEffect(() => {
    setActive(0);
    if (hasOpened.current) frame.current?.querySelector<HTMLElement>("button")?.focus();
    hasOpened.current = false;
  }, [shown]);

  const root = hierarchy<{ tile?: Tile; children?: { tile: Tile }[] }>({
    children: tiles.map((tile) => ({ tile })),
  }).sum((node) => node.tile?.weight ?? 0);
  const laidOut = treemap<{ tile?: Tile }>()
    .size([width, height])
    .tile(treemapSquarify.ratio(1.6))
    .paddingInner(2)
    .round(true)(root)
    .leaves();

  const moveFocus = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(tiles.length - 1, active + by));
    setActive(next);
    frame.current?.querySelectorAll<HTMLElement>("button")[next]?.focus();
  };

  return (
    <div
      ref={frame}
      class="treemap"
      role="group"
      aria-label={label}
      style={{ height: `${height}px` }}
      onKeyDown={moveFocus}
    >
      {width > 0 &&
        laidOut.map(({ data, x0, x1, y0, y1 }, index) => {
          const tile = data.tile!;
          return (
            <TileBox
              key={tile.key}
              tile={tile}
              index={index}
              isActive={index === active}
              place={{ left: x0, top: y0, width: x1 - x0, height: y1 - y0 }}
              onFocus={() => setActive(index)}
              onOpen={() => {
                hasOpened.current = true;
                tile.onOpen?.();
              }}
            />
          );
        })}
    </div>
  );
}

interface TileBoxProps {
  readonly tile: Tile;
  readonly index: number;
  readonly isActive: boolean;
  readonly place: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly onFocus: () => void;
  readonly onOpen: () => void;
}

function TileBox({ tile, index, isActive, place, onFocus, onOpen }: TileBoxProps) {
  const menu = useActionMenu(tile.label, () => tile.actions?.() ?? []);
  const { left, top, width, height } = place;
  const seen = width > 56 && height > 20;
  const roomy = seen && height > 38;
  return (
    <button
      type="button"
      class={`tile${tile.isRest ? " rest" : ""} hue-${index % 6}`}
      tabIndex={isActive ? 0 : -1}
      title={`${tile.label}\n${tile.detail}`}
      style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
      onFocus={onFocus}
      onClick={onOpen}
      {...menu}
    >
      <span class={seen ? "tile-label" : "unseen"}>{tile.label}</span>
      <span class="unseen">, </span>
      <span class={roomy ? "tile-detail" : "unseen"}>{tile.detail}</span>
    </button>
  );
}
