import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatShare } from "../format";
import { useWidth } from "./useWidth";

/** A stretch of the address space as the map draws it. */
export interface MapStretch {
  readonly key: string;
  readonly label: string;
  /** Second line of the hover, e.g. addresses and size. */
  readonly detail: string;
  readonly bytes: number;
  /** Same group, same colour and pattern. */
  readonly group: string;
}

export interface AddressMapProps {
  readonly label: string;
  /** In order of addresses; gaps between them are left out. */
  readonly stretches: readonly MapStretch[];
  /** Order decides colour and pattern. */
  readonly groups: readonly string[];
  readonly onChoose: (stretch: MapStretch) => void;
}

const hues = 6;
const patterns = 4;
const fewestPixels = 2;
const closest = 4096;

/**
 * A strip of the whole address space to scale, without the gaps. Wheel or + and - zoom, arrows move, Home shows all,
 * Enter chooses what is in the middle. Only what is at least two pixels wide is drawn; narrower neighbours share a
 * mark, so a hundred thousand stretches cost no more than the strip is wide.
 */
export function AddressMap({ label, stretches, groups, onChoose }: AddressMapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const starts = useMemo(() => runningSums(stretches), [stretches]);
  const total = starts[stretches.length] ?? 0;
  const [shown, setShown] = useState({ from: 0, to: total });

  useEffect(() => setShown({ from: 0, to: total }), [total]);

  const zoom = (factor: number, at = 0.5) => {
    const span = Math.max(Math.min(closest, total), Math.min(total, (shown.to - shown.from) * factor));
    const middle = shown.from + (shown.to - shown.from) * at;
    setShown(within(middle - span * at, span, total));
  };
  const move = (share: number) => {
    const span = shown.to - shown.from;
    setShown(within(shown.from + span * share, span, total));
  };
  const middle = stretches[indexAt(starts, (shown.from + shown.to) / 2)];
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "+" || event.key === "=") zoom(0.5);
    else if (event.key === "-") zoom(2);
    else if (event.key === "ArrowRight") move(0.2);
    else if (event.key === "ArrowLeft") move(-0.2);
    else if (event.key === "Home" || event.key === "0") setShown({ from: 0, to: total });
    else if (event.key === "Enter" && middle !== undefined) onChoose(middle);
    else return;
    event.preventDefault();
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    const box = frame.current!.getBoundingClientRect();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)));
  };
  const marks = width === 0 || total === 0 ? [] : marksOf(stretches, starts, shown, width);
  return (
    <div
      ref={frame}
      class="address-map"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={Math.round((shown.from + shown.to) / 2)}
      aria-valuetext={
        middle === undefined
          ? ""
          : `${middle.label}, ${middle.detail}, ${formatShare(shown.to - shown.from, total)} shown`
      }
      onKeyDown={onKeyDown}
      onWheel={onWheel}
    >
      {marks.map(({ index, left, right }) => {
        const stretch = stretches[index]!;
        const group = Math.max(0, groups.indexOf(stretch.group));
        return (
          <span
            key={stretch.key}
            class={`map-mark hue-${group % hues} pattern-${Math.floor(group / hues) % patterns}`}
            title={`${stretch.label}\n${stretch.detail}`}
            style={{ left: `${left}px`, width: `${Math.max(fewestPixels, right - left)}px` }}
            onClick={() => onChoose(stretch)}
          >
            {right - left > 70 && <span class="map-label">{stretch.label}</span>}
          </span>
        );
      })}
    </div>
  );
}

/** What a colour and pattern stands for. */
export function MapLegend({ groups }: { readonly groups: readonly string[] }) {
  return (
    <ul class="map-legend" aria-label="Legend">
      {groups.map((group, index) => (
        <li key={group}>
          <span
            class={`map-swatch hue-${index % hues} pattern-${Math.floor(index / hues) % patterns}`}
            aria-hidden="true"
          />
          {group}
        </li>
      ))}
    </ul>
  );
}

function runningSums(stretches: readonly MapStretch[]): Float64Array {
  const starts = new Float64Array(stretches.length + 1);
  stretches.forEach(({ bytes }, index) => {
    starts[index + 1] = starts[index]! + bytes;
  });
  return starts;
}

function within(from: number, span: number, total: number): { readonly from: number; readonly to: number } {
  const start = Math.max(0, Math.min(from, total - span));
  return { from: start, to: Math.min(total, start + span) };
}

function indexAt(starts: Float64Array, at: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle + 1]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Mark {
  readonly index: number;
  readonly left: number;
  readonly right: number;
}

function marksOf(
  stretches: readonly MapStretch[],
  starts: Float64Array,
  { from, to }: { readonly from: number; readonly to: number },
  width: number,
): Mark[] {
  const scale = width / Math.max(1, to - from);
  const marks: Mark[] = [];
  for (let index = indexAt(starts, from); index < stretches.length && starts[index]! < to; index++) {
    const left = Math.max(0, (starts[index]! - from) * scale);
    const right = Math.min(width, (starts[index + 1]! - from) * scale);
    const before = marks.at(-1);
    if (right - left >= fewestPixels || before === undefined || left - before.left >= fewestPixels)
      marks.push({ index, left, right });
    // Too narrow to see: it belongs to the mark before, unless that one ends; skip ahead to the next pixel.
    else if (right - before.left < fewestPixels) {
      const next = indexAt(starts, from + (before.left + fewestPixels) / scale);
      if (next > index + 1) index = next - 1;
    }
  }
  return marks;
}
