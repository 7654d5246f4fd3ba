import {
  type InputBoxOptions,
  type QuickPick,
  type QuickPickItem,
  type QuickPickOptions,
  window,
} from "vscode";
import { asLabel, asMessage } from "../analyzer/base/foreignText";

// Everything the user is told or asked goes through here: messages draw links that run commands, labels draw icons, and
// what they say names classes, files and authors. Lint refuses the ways around (`.scripts/lint/dialogs.grit`).

/** Offers actions, as `window.show…Message` does. @returns the one that was chosen */
type Tell = (message: string, ...actions: readonly string[]) => Thenable<string | undefined>;

export const tell: Tell = (message, ...actions) =>
  // biome-ignore lint/plugin: the buttons of a message
  window.showInformationMessage(asMessage(message), ...actions);

export const tellWarning: Tell = (message, ...actions) =>
  // biome-ignore lint/plugin: the buttons of a message
  window.showWarningMessage(asMessage(message), ...actions);

/** Why something that was asked for did not happen: whatever was thrown, in a sentence. */
export function tellError(thrown: unknown): void {
  void window.showErrorMessage(asMessage(thrown instanceof Error ? thrown.message : String(thrown)));
}

/** Asks before something is done that cannot be undone, in a dialog that has to be answered. */
export function confirm(
  question: string,
  detail: string,
  ...actions: readonly string[]
): Thenable<string | undefined> {
  return window.showWarningMessage(
    asMessage(question),
    { modal: true, detail: asMessage(detail) },
    // biome-ignore lint/plugin: the buttons of a dialog
    ...actions,
  );
}

export function askText(options: InputBoxOptions & { readonly title: string }): Thenable<string | undefined> {
  const { title, prompt } = options;
  return window.showInputBox({
    // Else it is gone when a view that was still opening takes the focus, or when one goes elsewhere to copy the answer.
    ignoreFocusOut: true,
    ...options,
    title: asMessage(title),
    ...(prompt === undefined ? {} : { prompt: asMessage(prompt) }),
  });
}

/** An entry of a list to choose from. Icons stand apart: `$(name)` in a text is that text. */
export type PickEntry = QuickPickItem & { readonly icon?: string };

export async function choose<Item extends PickEntry>(
  items: readonly Item[],
  options: QuickPickOptions & { readonly title: string },
): Promise<Item | undefined> {
  const { title, placeHolder } = options;
  const shown = items.map((item) => ({ ...asItem(item), item }));
  const picked = await window.showQuickPick(shown, {
    ...options,
    title: asMessage(title),
    ...(placeHolder === undefined ? {} : { placeHolder: asMessage(placeHolder) }),
  });
  return picked?.item;
}

/** A list that stays open while its entries change. */
export interface OpenPick<Item extends PickEntry> {
  readonly pick: QuickPick<QuickPickItem & { readonly item: Item }>;
  fill(items: readonly Item[]): void;
}

export function openPick<Item extends PickEntry>(title: string, placeholder: string): OpenPick<Item> {
  const pick = window.createQuickPick<QuickPickItem & { readonly item: Item }>();
  pick.title = asMessage(title);
  pick.placeholder = asMessage(placeholder);
  return {
    pick,
    fill: (items) => {
      pick.items = items.map((item) => ({ ...asItem(item), item }));
    },
  };
}

function asItem({ icon, label, description, detail, buttons }: PickEntry): QuickPickItem {
  return {
    label: `${icon === undefined ? "" : `$(${icon}) `}${asLabel(label)}`,
    ...(description === undefined ? {} : { description: asLabel(description) }),
    ...(detail === undefined ? {} : { detail: asLabel(detail) }),
    ...(buttons === undefined ? {} : { buttons }),
  };
}
