import { homedir } from "node:os";
import { join } from "node:path";

/** Where this user's machine keeps what can be made again, when nobody says otherwise. */
export function userCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (process.platform === "win32") {
    return join(environment["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), "exhume");
  }
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "exhume");
  return join(environment["XDG_CACHE_HOME"] || join(environment["HOME"] ?? homedir(), ".cache"), "exhume");
}
