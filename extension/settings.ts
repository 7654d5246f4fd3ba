import { workspace } from "vscode";
import { type Settings, settingsOf, textMapOf } from "./settingValues";

/** The settings, read when needed so that a change counts from the next opening. */
export function readSettings(): Settings {
  const section = workspace.getConfiguration("exhume");
  return settingsOf((key) => section.get<unknown>(key));
}

/** Texts by names in a setting. */
export function textMapSetting(key: "source.builds" | "source.pathMap"): Readonly<Record<string, string>> {
  return textMapOf(workspace.getConfiguration("exhume").get<unknown>(key));
}
