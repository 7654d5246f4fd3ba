import { useRef } from "preact/hooks";
import type { Navigation, ViewId } from "../analyzer/protocol/view/navigation";
import type { Navigate } from "./navigation";
import type { ViewEntry } from "./views/catalogue";

export interface ViewTabsProps {
  readonly views: readonly ViewEntry[];
  readonly current: ViewId;
  readonly onChoose: Navigate;
}

/** The views of a dump. One tab stop; arrows, Home and End move and choose. */
export function ViewTabs({ views: all, current, onChoose }: ViewTabsProps) {
  const views = all.filter((view) => view.isAside !== true || view.id === current);
  const list = useRef<HTMLDivElement>(null);
  const choose = (index: number) => {
    const view = views[(index + views.length) % views.length]!;
    onChoose({ view: view.id, params: {} } as Navigation);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[views.indexOf(view)]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey) return;
    const at = views.findIndex(({ id }) => id === current);
    const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: views.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    choose(target);
  };
  return (
    <div ref={list} class="tabs" role="tablist" aria-label="Views of this dump" onKeyDown={onKeyDown}>
      {views.map((view, index) => (
        <button
          type="button"
          key={view.id}
          class="tab"
          role="tab"
          aria-selected={view.id === current}
          aria-controls="view"
          tabIndex={view.id === current ? 0 : -1}
          onClick={() => choose(index)}
        >
          {view.title}
        </button>
      ))}
    </div>
  );
}
