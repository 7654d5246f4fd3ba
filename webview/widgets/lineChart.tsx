import { useMemo, useRef, useState } from "preact/hooks";
import { formatBytes, formatCount } from "../format";
import { type ChartUnit, ticksOf } from "./chartScale";
import { useWidth } from "./useWidth";

export interface ChartLine {
  readonly name: string;
  /** A line through the points, the points alone, or a limit that nothing may pass. */
  readonly look: "line" | "points" | "limit";
  /** `[x, y]`, ascending by x. */
  readonly points: readonly (readonly [number, number])[];
}

export interface LineChartProps {
  readonly label: string;
  readonly lines: readonly ChartLine[];
  readonly along: { readonly title: string; readonly unit: ChartUnit };
  readonly unit: "bytes" | "count";
  /** What is written at a place along the chart, where a number would not do: the name of a dump. */
  readonly placeNames?: readonly string[];
}

const height = 200;
const top = 8;
const bottom = 22;
const left = 72;
const right = 12;

/**
 * Lines along time. Below it stand the figures of one place, which the pointer or the arrow keys choose: what one sees
 * can be read as well.
 */
export function LineChart({ label, lines, along, unit, placeNames }: LineChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const places = useMemo(() => placesOf(lines), [lines]);
  const [chosen, setChosen] = useState<number | undefined>();
  const at = Math.min(chosen ?? places.length - 1, places.length - 1);
  const from = places[0] ?? 0;
  const to = Math.max(places.at(-1) ?? 0, from);
  const most = lines.reduce((all, { points }) => points.reduce((y, point) => Math.max(y, point[1]), all), 0);
  const ceiling = most === 0 ? 1 : most * 1.05;
  const plotWidth = Math.max(1, width - left - right);
  const plotHeight = height - top - bottom;
  const x = (value: number) =>
    left + (to === from ? plotWidth / 2 : ((value - from) / (to - from)) * plotWidth);
  const y = (value: number) => top + plotHeight - (value / ceiling) * plotHeight;

  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextPlace(event.key, at, places.length);
    if (next === undefined) return;
    event.preventDefault();
    setChosen(next);
  };
  const onPointerMove = (event: PointerEvent) => {
    const box = frame.current!.getBoundingClientRect();
    const value = from + ((event.clientX - box.left - left) / plotWidth) * (to - from);
    setChosen(nearest(places, value));
  };
  const place = places[at];
  const placeText =
    place === undefined ? "" : (placeNames?.[at] ?? `${along.title} ${placeLabel(place, along.unit)}`);
  const figures = lines.map((line) => ({
    line,
    value: place === undefined ? undefined : valueAt(line, place),
  }));
  const show = unit === "bytes" ? formatBytes : formatCount;
  return (
    <div class="chart">
      <div
        ref={frame}
        class="chart-frame"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, places.length - 1)}
        aria-valuenow={Math.max(0, at)}
        aria-valuetext={[
          placeText,
          ...figures.flatMap(({ line, value }) =>
            value === undefined ? [] : [`${line.name} ${show(value)}`],
          ),
        ].join(", ")}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
      >
        {width > 0 && (
          <svg width={width} height={height} aria-hidden="true">
            {ticksOf(0, ceiling, 4, unit).map((tick) => (
              <g key={tick.value}>
                <line class="chart-grid" x1={left} x2={width - right} y1={y(tick.value)} y2={y(tick.value)} />
                <text class="chart-tick" x={left - 6} y={y(tick.value) + 4} text-anchor="end">
                  {tick.label}
                </text>
              </g>
            ))}
            {ticksOf(from, to, Math.max(2, Math.floor(plotWidth / 110)), along.unit).map((tick) => (
              <text key={tick.value} class="chart-tick" x={x(tick.value)} y={height - 6} text-anchor="middle">
                {tick.label}
              </text>
            ))}
            {place !== undefined && (
              <line class="chart-cursor" x1={x(place)} x2={x(place)} y1={top} y2={top + plotHeight} />
            )}
            {lines.map((line, index) => (
              <Drawn key={line.name} line={line} index={index} x={x} y={y} />
            ))}
          </svg>
        )}
      </div>
      <ul class="chart-legend">
        <li class="chart-place">{placeText}</li>
        {figures.map(({ line, value }, index) => (
          <li key={line.name} class={lineClass(line, index)}>
            <svg class="chart-swatch" width="22" height="10" aria-hidden="true">
              {line.look === "points" ? (
                <circle class="chart-point" cx="11" cy="5" r="2.5" />
              ) : (
                <line class="chart-line" x1="0" x2="22" y1="5" y2="5" />
              )}
            </svg>
            {line.name}
            {value !== undefined && <span class="aside">{show(value)}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface DrawnProps {
  readonly line: ChartLine;
  readonly index: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

function Drawn({ line, index, x, y }: DrawnProps) {
  const isAlone = line.points.length === 1;
  return (
    <g class={lineClass(line, index)}>
      {line.look === "points" || isAlone ? (
        line.points.map(([px, py], at) => <circle key={at} class="chart-point" cx={x(px)} cy={y(py)} r="2" />)
      ) : (
        <path
          class="chart-line"
          d={line.points
            .map(([px, py], at) => `${at === 0 ? "M" : "L"}${x(px).toFixed(1)} ${y(py).toFixed(1)}`)
            .join("")}
        />
      )}
    </g>
  );
}

const hues = 6;

/** Colour and dashes by turns: two lines of one colour have other dashes. */
function lineClass({ look }: ChartLine, index: number): string {
  return look === "limit" ? "limit" : `hue-${index % hues} dash-${Math.floor(index / 2) % 4}`;
}

/** Every x that a line has a point at, ascending. */
function placesOf(lines: readonly ChartLine[]): readonly number[] {
  const all = new Set<number>();
  for (const { look, points } of lines) if (look !== "limit") for (const [x] of points) all.add(x);
  return [...all].sort((a, b) => a - b);
}

function nearest(places: readonly number[], value: number): number {
  let best = 0;
  for (let at = 1; at < places.length; at++)
    if (Math.abs(places[at]! - value) < Math.abs(places[best]! - value)) best = at;
  return best;
}

/** Of points between which nothing is drawn only what stands there; else what the line shows there. */
function valueAt({ look, points }: ChartLine, place: number): number | undefined {
  if (look === "limit") return points[0]?.[1];
  const after = points.findIndex(([x]) => x >= place);
  if (after < 0) return undefined;
  const [x, y] = points[after]!;
  if (x === place) return y;
  if (look === "points" || after === 0) return undefined;
  const [before, low] = points[after - 1]!;
  return low + ((y - low) * (place - before)) / (x - before);
}

function nextPlace(key: string, at: number, count: number): number | undefined {
  const last = count - 1;
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return Math.min(last, at + 1);
    case "ArrowLeft":
    case "ArrowDown":
      return Math.max(0, at - 1);
    case "PageUp":
      return Math.min(last, at + Math.ceil(count / 10));
    case "PageDown":
      return Math.max(0, at - Math.ceil(count / 10));
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}

function placeLabel(value: number, unit: ChartUnit): string {
  if (unit !== "seconds") return formatCount(value);
  if (value < 120) return `${+value.toFixed(2)} s`;
  return value < 7200 ? `${(value / 60).toFixed(1)} min` : `${(value / 3600).toFixed(2)} h`;
}
