import { useCallback, useState } from "preact/hooks";
import { vscodeApi } from "./host";

/**
 * What survives a reload of the window or a hidden tab, by key. Kept small: choices and positions, never rows.
 * Read once at start; every change is handed to the editor, which keeps it with the tab.
 */
const saved: Record<string, unknown> = { ...(vscodeApi.getState() as Record<string, unknown> | undefined) };

export function savedValue<Value>(key: string): Value | undefined {
  return saved[key] as Value | undefined;
}

export function saveValue(key: string, value: unknown): void {
  saved[key] = value;
  if (mayKeep === true) vscodeApi.setState(saved);
}

/** VS Code writes what is kept to the disk as it is: class names, queries and ids of an encrypted dump are not. */
let mayKeep: boolean | undefined;

/** Call when it is known whether the dump is encrypted. */
export function keepState(may: boolean): void {
  if (may === mayKeep) return;
  mayKeep = may;
  vscodeApi.setState(may ? saved : undefined);
}

/** Like `useState`, but the value outlives the webview. Values must be JSON. */
export function useSaved<Value>(key: string, initial: Value): [Value, (value: Value) => void] {
  const [value, setValue] = useState<Value>(() => savedValue<Value>(key) ?? initial);
  const change = useCallback(
    (next: Value) => {
      saveValue(key, next);
      setValue(next);
    },
    [key],
  );
  return [value, change];
}
