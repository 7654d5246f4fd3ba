import { createContext } from "preact";
import { useContext, useEffect } from "preact/hooks";
import type { Navigation, ViewId, ViewParams } from "../analyzer/protocol/view/navigation";

/** Places visited in this editor, oldest first, and which one is shown. */
export interface Trail {
  readonly places: readonly Navigation[];
  readonly at: number;
}

const longest = 50;

export function startTrail(place: Navigation): Trail {
  return { places: [place], at: 0 };
}

/** Goes to a new place; what lay ahead is forgotten, as in a browser. */
export function visit(trail: Trail, place: Navigation): Trail {
  const places = [...trail.places.slice(0, trail.at + 1), place].slice(-longest);
  return { places, at: places.length - 1 };
}

export function canMove(trail: Trail, by: -1 | 1): boolean {
  const to = trail.at + by;
  return to >= 0 && to < trail.places.length;
}

export function move(trail: Trail, by: -1 | 1): Trail {
  return canMove(trail, by) ? { ...trail, at: trail.at + by } : trail;
}

export function placeOf(trail: Trail): Navigation {
  return trail.places[trail.at]!;
}

export type Navigate = (place: Navigation) => void;

export const NavigateContext = createContext<Navigate>(() => undefined);

/** The place one is at, as links name it. */
export const PlaceContext = createContext<{ current: Navigation }>({
  current: { view: "overview", params: {} },
});

/** A view whose choices (a table, an object) belong into links to its rows says so here. */
export function useLinkParams<View extends ViewId>(view: View, params: ViewParams[View]): void {
  const place = useContext(PlaceContext);
  useEffect(() => {
    place.current = { view, params } as Navigation;
  }, [place, view, JSON.stringify(params)]);
}

/** How a view sends the reader to another view. */
export function useNavigate(): Navigate {
  return useContext(NavigateContext);
}
