import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ModuleFileStore } from "../../../../analyzer/session/core/moduleFiles";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-test-"));
  writeFileSync(join(folder, "lib.so"), "contents");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Whether a store that was given these folders opens a file; two slashes and one are the same file here. */
function opens(path: string, folders: readonly string[], sysroot?: string): boolean {
  const store = new ModuleFileStore({
    folders,
    debugRoots: [],
    ...(sysroot === undefined ? {} : { sysroot }),
  });
  try {
    return store.open(path) !== undefined;
  } finally {
    store.close();
  }
}

describe("files that a core names", () => {
  it("are opened on this machine", () => expect(opens(join(folder, "lib.so"), [])).toBe(true));

  it("are not opened on another one", () => {
    expect(opens(`/${folder}/lib.so`, [])).toBe(false);
    expect(opens(`/${folder}/lib.so`, [folder], "/")).toBe(false);
  });

  it("are, where the user named that one", () =>
    expect(opens(`/${folder}/lib.so`, [`/${folder}`])).toBe(true));
});
