import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Navigation, ViewId } from "../analyzer/protocol/view/navigation";
import type { Navigate } from "./navigation";
import { type TabRoom, tabRowOf } from "./tabRow";
import type { ViewEntry } from "./views/catalogue";
import { ContextMenu, type MenuPlace, returnFocus } from "./widgets/contextMenu";

export interface ViewTabsProps {
  readonly views: readonly ViewEntry[];
  readonly current: ViewId;
  readonly onChoose: Navigate;
}

/**
 * The views of a dump in one line. One tab stop; arrows, Home and End move and choose. Those that are asked for less
 * often, and those there is no room for, are in a menu at its end.
 */
export function ViewTabs({ views, current, onChoose }: ViewTabsProps) {
  const line = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const room = useTabRoom(line, list, current);
  const { tabs, more } = tabRowOf(views, current, room);
  const [menu, setMenu] = useState<MenuPlace>();

  const show = (view: ViewEntry) => onChoose({ view: view.id, params: {} } as Navigation);
  const choose = (index: number) => {
    const view = tabs[(index + tabs.length) % tabs.length]!;
    show(view);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[tabs.indexOf(view)]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey) return;
    const at = tabs.findIndex(({ id }) => id === current);
    const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    choose(target);
  };
  const button = useRef<HTMLButtonElement>(null);
  const openMenu = () => {
    const { left, bottom } = button.current!.getBoundingClientRect();
    setMenu({ x: left, y: bottom });
  };
  const closeMenu = () => {
    setMenu(undefined);
    returnFocus(button.current);
  };
  return (
    <div ref={line} class="tabs">
      <div ref={list} class="tab-list" role="tablist" aria-label="Views of this dump" onKeyDown={onKeyDown}>
        {tabs.map((view, index) => (
          <button
            type="button"
            key={view.id}
            class="tab"
            role="tab"
            data-view={view.id}
            aria-selected={view.id === current}
            aria-controls="view"
            tabIndex={view.id === current ? 0 : -1}
            onClick={() => choose(index)}
          >
            {view.title}
          </button>
        ))}
      </div>
      {more.length > 0 && (
        <button
          ref={button}
          type="button"
          class="tab more-views"
          aria-haspopup="menu"
          aria-expanded={menu !== undefined}
          title={`${more.length} further views`}
          onClick={openMenu}
        >
          More
        </button>
      )}
      {menu !== undefined && (
        <ContextMenu
          label="Further views"
          actions={more.map((view) => ({ id: view.id, title: view.title, run: () => show(view) }))}
          place={menu}
          onClose={closeMenu}
        />
      )}
    </div>
  );
}

/** Measures what is drawn, and again when the row becomes wider or narrower. */
function useTabRoom(
  line: { readonly current: HTMLDivElement | null },
  list: { readonly current: HTMLDivElement | null },
  current: ViewId,
): TabRoom | undefined {
  const [room, setRoom] = useState<TabRoom>();
  const widths = useRef(new Map<ViewId, number>());
  useLayoutEffect(() => {
    const measure = () => {
      const gap = Number.parseFloat(getComputedStyle(list.current!).columnGap) || 0;
      for (const tab of list.current!.querySelectorAll<HTMLElement>("[role=tab]"))
        widths.current.set(tab.dataset["view"] as ViewId, tab.getBoundingClientRect().width + gap);
      const button = line.current!.querySelector(".more-views");
      const { paddingLeft, paddingRight } = getComputedStyle(line.current!);
      setRoom({
        tabWidths: new Map(widths.current),
        buttonWidth: button?.getBoundingClientRect().width ?? 0,
        rowWidth:
          line.current!.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight),
      });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(line.current!);
    // Becomes narrower when the button appears.
    observer.observe(list.current!);
    return () => observer.disconnect();
  }, [current]);
  return room;
}
