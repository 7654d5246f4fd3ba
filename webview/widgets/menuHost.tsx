import { type ComponentChildren, createContext } from "preact";
import { useCallback, useContext, useRef, useState } from "preact/hooks";
import { ContextMenu, type MenuAction, type MenuPlace, returnFocus } from "./contextMenu";

interface OpenMenu {
  readonly label: string;
  readonly actions: readonly MenuAction[];
  readonly place: MenuPlace;
}

type ShowMenu = (menu: OpenMenu, opener: HTMLElement) => void;

const MenuContext = createContext<ShowMenu>(() => undefined);

/** Shows the menus of whatever is within that is no row of a table: links, tiles, cards. */
export function MenuHost({ children }: { readonly children: ComponentChildren }) {
  const [menu, setMenu] = useState<OpenMenu | undefined>();
  const opener = useRef<HTMLElement | null>(null);
  const show = useCallback<ShowMenu>((wanted, element) => {
    opener.current = element;
    setMenu(wanted.actions.length === 0 ? undefined : wanted);
  }, []);
  const close = useCallback(() => {
    setMenu(undefined);
    returnFocus(opener.current);
  }, []);
  return (
    <MenuContext.Provider value={show}>
      {children}
      {menu !== undefined && <ContextMenu {...menu} onClose={close} />}
    </MenuContext.Provider>
  );
}

/** What an element with a menu listens to: the right button, the menu key, Shift+F10. */
export interface MenuListeners {
  readonly onContextMenu: (event: MouseEvent) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** @param actions asked for when the menu is opened */
export function useActionMenu(label: string, actions: () => readonly MenuAction[]): MenuListeners {
  const show = useContext(MenuContext);
  const openAt = (element: HTMLElement, place: MenuPlace) =>
    show({ label, actions: actions(), place }, element);
  return {
    onContextMenu: (event) => {
      event.preventDefault();
      event.stopPropagation();
      openAt(event.currentTarget as HTMLElement, { x: event.clientX, y: event.clientY });
    },
    onKeyDown: (event) => {
      if (event.key !== "ContextMenu" && !(event.key === "F10" && event.shiftKey)) return;
      event.preventDefault();
      event.stopPropagation();
      const element = event.currentTarget as HTMLElement;
      openAt(element, below(element));
    },
  };
}

/** Opens a menu below an element: what its button does. */
export function useMenuBelow(
  label: string,
  actions: () => readonly MenuAction[],
): (element: HTMLElement) => void {
  const show = useContext(MenuContext);
  return (element) => show({ label, actions: actions(), place: below(element) }, element);
}

function below(element: HTMLElement): MenuPlace {
  const { left, bottom } = element.getBoundingClientRect();
  return { x: left, y: bottom };
}
