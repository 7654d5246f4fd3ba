import type { ViewId } from "../analyzer/protocol/view/navigation";
import type { ViewEntry } from "./views/catalogue";

/** The views with a tab in a row of one line, and those in the menu at its end. */
export interface TabRow {
  readonly tabs: readonly ViewEntry[];
  readonly more: readonly ViewEntry[];
}

/** Pixels: of tabs that were drawn before, with the gap behind them, of the menu's button, and of the row. */
export interface TabRoom {
  readonly tabWidths: ReadonlyMap<ViewId, number>;
  readonly buttonWidth: number;
  readonly rowWidth: number;
}

/**
 * Main views stand in the row as far as there is room, the current one always, all others in the menu.
 * @param room undefined before anything was drawn: then all main views have a tab
 */
export function tabRowOf(views: readonly ViewEntry[], current: ViewId, room?: TabRoom): TabRow {
  const isCurrent = ({ id }: ViewEntry) => id === current;
  const offered = views.filter((view) => view.isAside !== true || isCurrent(view));
  const candidates = offered.filter((view) => view.isSecondary !== true || isCurrent(view));
  const tabs = room === undefined ? candidates : fitting(candidates, isCurrent, room, offered.length);
  return { tabs, more: offered.filter((view) => !tabs.includes(view)) };
}

/** The view before or behind one among all that are offered, in the order of the tabs; round at the ends. */
export function neighbourOf(
  current: ViewId,
  views: readonly ViewEntry[],
  wanted: "nextView" | "previousView",
): ViewId {
  const offered = views.filter(({ id, isAside }) => isAside !== true || id === current);
  const at = offered.findIndex(({ id }) => id === current);
  return offered[(at + (wanted === "nextView" ? 1 : offered.length - 1)) % offered.length]!.id;
}

function fitting(
  candidates: readonly ViewEntry[],
  isCurrent: (view: ViewEntry) => boolean,
  { tabWidths, buttonWidth, rowWidth }: TabRoom,
  offered: number,
): readonly ViewEntry[] {
  const widthOf = ({ id }: ViewEntry) => tabWidths.get(id) ?? 0;
  const all = candidates.reduce((sum, view) => sum + widthOf(view), 0);
  if (all + (offered > candidates.length ? buttonWidth : 0) <= rowWidth) return candidates;
  let left =
    rowWidth - buttonWidth - candidates.filter(isCurrent).reduce((sum, view) => sum + widthOf(view), 0);
  let isFull = false;
  return candidates.filter((view) => {
    if (isCurrent(view)) return true;
    // Once one does not fit none after it has a tab: the order of the row stays that of the list.
    isFull ||= widthOf(view) > left;
    left -= widthOf(view);
    return !isFull;
  });
}
