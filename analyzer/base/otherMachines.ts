/**
 * Whether opening a path, or only looking whether it is there, would ask another machine: network shares
 * (`\\host\share`, `//host/share`), device paths of Windows (`\\?\UNC\…`, `\\.\…`), addresses (`file://host/…`), and
 * the folder where Unix mounts other hosts by name (`/net/host`). On Windows a look alone sends who the user is. Dumps,
 * debug information and links name such paths; only what the user named himself is opened.
 */
export function isOnAnotherMachine(path: string): boolean {
  const start = path.trimStart().replaceAll("\\", "/");
  return (
    start.startsWith("//") || /^[a-z][a-z0-9+.-]+:\/\//i.test(start) || /^\/net\/[^/]/.test(plainOf(start))
  );
}

/** Without `.` and `..`, which lead from anywhere to anywhere. */
function plainOf(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `${path.startsWith("/") ? "/" : ""}${parts.join("/")}`;
}
