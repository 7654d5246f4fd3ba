import { describe, expect, it } from "vitest";
import { findNative, type PathMapping, rulesFromSetting } from "../../../analyzer/sources/pathMap";

const workspace = ["/home/me/app/src/net/queue.c", "/home/me/app/src/util/queue.c", "/home/me/app/main.c"];
const files = {
  exists: async (path: string) => [...workspace, "/usr/src/lib/list.c"].includes(path),
  filesNamed: (name: string) => workspace.filter((path) => path.endsWith(`/${name}`)),
};

async function check(path: string, rules: readonly PathMapping[], expected: object): Promise<void> {
  expect(await findNative(path, rules, files)).toEqual(expected);
}

describe("native path to source", () => {
  it("takes the path as it is when the file is there", () =>
    check("/usr/src/./lib/list.c", [], {
      places: [{ path: "/usr/src/lib/list.c", match: "recorded path" }],
      searched: [],
    }));

  it("applies the first rule that leads to a file", () =>
    check(
      "/build/app/src/net/queue.c",
      [
        { from: "/build/app/src", to: "/nowhere" },
        { from: "/build/app/", to: "/home/me/app" },
        { from: "/build/ap", to: "/wrong" },
      ],
      { places: [{ path: "/home/me/app/src/net/queue.c", match: "path map" }], searched: [] },
    ));

  it("suggests a rule from the longest common end", () =>
    check("/builds/ci-17/app/src/util/../net/queue.c", [], {
      places: [{ path: "/home/me/app/src/net/queue.c", match: "last 4 parts of the path" }],
      searched: [],
      suggestedRule: { from: "/builds/ci-17", to: "/home/me" },
    }));

  it.each(["//build-host/app/queue.c", "\\\\build-host\\app\\queue.c", "file://build-host/app/queue.c"])(
    "never looks at %s, unless a rule says where that is",
    async (path) => {
      const looked: string[] = [];
      const exists = async (each: string) => {
        looked.push(each);
        return each.startsWith("/home/me/app/");
      };
      const none = { exists, filesNamed: () => [] };
      const { places, searched } = await findNative(path, [], none);
      expect({ looked, places }).toEqual({ looked: [], places: [] });
      expect(searched).toEqual([`${path} (on another machine, not looked at)`]);
      const rule = { from: path.slice(0, -"/queue.c".length), to: "/home/me/app" };
      const { places: mapped } = await findNative(path, [rule], none);
      expect(mapped).toEqual([{ path: "/home/me/app/queue.c", match: "path map" }]);
    },
  );

  it("understands paths of Windows", () =>
    check("C:\\work\\app\\src\\util\\queue.c", [], {
      places: [{ path: "/home/me/app/src/util/queue.c", match: "last 4 parts of the path" }],
      searched: [],
      suggestedRule: { from: "C:/work", to: "/home/me" },
    }));

  it("suggests nothing when only the name matches, and gives every candidate", () =>
    check("/x/queue.c", [], {
      places: [
        { path: "/home/me/app/src/net/queue.c", match: "file name only" },
        { path: "/home/me/app/src/util/queue.c", match: "file name only" },
      ],
      searched: [],
    }));

  it("says where it looked", () =>
    check("/x/gone.c", [{ from: "/x", to: "/y" }], {
      places: [],
      searched: ["/y/gone.c (path map /x → /y)", "/x/gone.c"],
    }));
});

describe("path map setting", () => {
  it.each<[string, unknown, PathMapping[]]>([
    [
      "sourceFileMap",
      { "/b": "/a", "/build/x": { editorPath: "/home/x" } },
      [
        { from: "/build/x", to: "/home/x" },
        { from: "/b", to: "/a" },
      ],
    ],
    ["lldb pairs", [["/b", "/a"]], [{ from: "/b", to: "/a" }]],
    ["substitutePath", [{ from: "/b", to: "/a" }], [{ from: "/b", to: "/a" }]],
    ["nonsense", [1, null, ["/b"], { from: 3 }], []],
    ["nothing", undefined, []],
  ])("%s", (_name, setting, expected) => expect(rulesFromSetting(setting)).toEqual(expected));
});
