import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { barHeight, clampOffset, offsetShowing, type RowScroll, rowsInView, squeeze } from "./rowScroll";

export interface RowWindow {
  readonly start: number;
  readonly end: number;
  /** Height to give the element that holds the rows. */
  readonly height: number;
  /** Where a row goes within that element. */
  readonly topOf: (row: number) => number;
  /** Whole rows that fit. */
  readonly fitting: number;
  readonly show: (row: number) => void;
}

/**
 * Keeps a scroller and a virtual list of rows together. The scroller holds a sticky heading as high as a row,
 * then the rows. See `rowScroll` for why the scroll bar may be squeezed.
 */
export function useRowScroll(scroller: RefObject<HTMLElement>, rows: number, rowHeight: number): RowWindow {
  const [viewHeight, setViewHeight] = useState(400);
  const [, redraw] = useState(0);
  const offset = useRef(0);
  const scroll: RowScroll = { rows, rowHeight, viewHeight };
  const latest = useRef(scroll);
  latest.current = scroll;
  offset.current = clampOffset(scroll, offset.current);

  const moveTo = (to: number) => {
    offset.current = clampOffset(latest.current, to);
    const element = scroller.current;
    if (element !== null) element.scrollTop = offset.current / squeeze(latest.current);
    redraw((count) => count + 1);
  };

  useLayoutEffect(() => {
    const measure = () =>
      setViewHeight(Math.max(rowHeight, (scroller.current?.clientHeight ?? 0) - rowHeight));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(scroller.current!);
    return () => observer.disconnect();
  }, [scroller, rowHeight]);

  useEffect(() => {
    const element = scroller.current!;
    const onScroll = () => {
      const factor = squeeze(latest.current);
      // The bar is where our own wheel handling put it: the finer offset is already known.
      if (factor > 1 && Math.abs(element.scrollTop - offset.current / factor) < 1) return;
      offset.current = element.scrollTop * factor;
      redraw((count) => count + 1);
    };
    const onWheel = (event: WheelEvent) => {
      if (squeeze(latest.current) === 1 || event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? latest.current.rowHeight : 1;
      moveTo(offset.current + event.deltaY * unit);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      element.removeEventListener("scroll", onScroll);
      element.removeEventListener("wheel", onWheel);
    };
  }, [scroller]);

  const [start, end] = rowsInView(scroll, offset.current);
  const barTop = offset.current / squeeze(scroll);
  return {
    start,
    end,
    height: barHeight(scroll),
    topOf: (row) => barTop + row * rowHeight - offset.current,
    fitting: Math.max(1, Math.floor(viewHeight / rowHeight)),
    show: (row) => moveTo(offsetShowing(latest.current, offset.current, row)),
  };
}
