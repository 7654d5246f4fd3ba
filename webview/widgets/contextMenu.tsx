import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Something that can be done with a row. */
export interface MenuAction {
  readonly id: string;
  readonly title: string;
  readonly run: () => void;
  /** A line above this one. */
  readonly separated?: boolean;
}

export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

export interface ContextMenuProps {
  readonly label: string;
  readonly actions: readonly MenuAction[];
  readonly place: MenuPlace;
  readonly onClose: () => void;
}

/**
 * Gives what opened a menu the focus back, unless the menu closed because the editor lost the focus, as to a palette:
 * that would lose it again.
 */
export function returnFocus(opener: HTMLElement | null): void {
  if (document.hasFocus()) opener?.focus();
}

/** A menu at the pointer or at a row: arrows, Home, End, first letters, Enter, Escape. */
export function ContextMenu({ label, actions, place, onClose }: ContextMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const [corner, setCorner] = useState(place);

  useLayoutEffect(() => {
    const { width, height } = menu.current!.getBoundingClientRect();
    setCorner({
      x: Math.max(0, Math.min(place.x, window.innerWidth - width - 4)),
      y: Math.max(0, Math.min(place.y, window.innerHeight - height - 4)),
    });
    menu.current!.focus();
  }, [place]);

  useEffect(() => {
    const closeOutside = (event: Event) => {
      if (!menu.current?.contains(event.target as Node)) onClose();
    };
    window.addEventListener("pointerdown", closeOutside, true);
    window.addEventListener("blur", onClose);
    window.addEventListener("resize", onClose);
    window.addEventListener("wheel", closeOutside, { capture: true, passive: true });
    return () => {
      window.removeEventListener("pointerdown", closeOutside, true);
      window.removeEventListener("blur", onClose);
      window.removeEventListener("resize", onClose);
      window.removeEventListener("wheel", closeOutside, true);
    };
  }, [onClose]);

  useLayoutEffect(() => {
    menu.current!.querySelector(".menu-item.active")?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const choose = (index: number) => {
    onClose();
    actions[index]?.run();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const last = actions.length - 1;
    if (event.key === "Escape" || event.key === "Tab") onClose();
    else if (event.key === "Enter" || event.key === " ") choose(active);
    else if (event.key === "ArrowDown") setActive(active === last ? 0 : active + 1);
    else if (event.key === "ArrowUp") setActive(active === 0 ? last : active - 1);
    else if (event.key === "Home") setActive(0);
    else if (event.key === "End") setActive(last);
    else if (event.key.length === 1) {
      const starts = (action: MenuAction) => action.title.toLowerCase().startsWith(event.key.toLowerCase());
      const after = actions.findIndex((action, index) => index > active && starts(action));
      const found = after >= 0 ? after : actions.findIndex(starts);
      if (found >= 0) setActive(found);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={menu}
      class="menu"
      role="menu"
      aria-label={label}
      aria-activedescendant={`menu-item-${active}`}
      tabIndex={0}
      style={{ left: `${corner.x}px`, top: `${corner.y}px` }}
      onKeyDown={onKeyDown}
      onContextMenu={(event) => event.preventDefault()}
    >
      {actions.map((action, index) => (
        <div
          key={action.id}
          id={`menu-item-${index}`}
          class={`menu-item${index === active ? " active" : ""}${action.separated ? " separated" : ""}`}
          role="menuitem"
          onPointerEnter={() => setActive(index)}
          onClick={() => choose(index)}
        >
          {action.title}
        </div>
      ))}
    </div>
  );
}
