import { expect, it } from "vitest";
import { openOptions } from "../../../analyzer/protocol/dump/open";
import { checkShape } from "../../../analyzer/protocol/shapes";
import { settingsOf } from "../../../extension/settingValues";

const unset = settingsOf(() => undefined);

const written: Readonly<Record<string, unknown>> = {
  "analyzer.nodePath": " /opt/node/bin/node ",
  "analyzer.memoryBudget": 2048,
  "analyzer.workers": 4,
  "index.save": false,
  "index.directory": "/var/cache/indexes",
  "heap.sizeModel": "compressed-oops",
  "source.pathMap": { "/build": "/home/me/src" },
  "encryption.identityFiles": ["/home/me/key"],
  "encryption.recipients": ["age1x"],
  "core.debuginfodUrls": ["https://symbols.example.com"],
};

it("are what was written", () => {
  expect(settingsOf((key) => written[key])).toEqual({
    nodePath: "/opt/node/bin/node",
    openOptions: {
      memoryBudget: 2 ** 31,
      workers: 4,
      indexDirectory: "/var/cache/indexes",
      useSavedIndex: false,
      identityFiles: ["/home/me/key"],
      sizeModel: "compressed-oops",
    },
    recipients: ["age1x"],
    debuginfodUrls: ["https://symbols.example.com"],
    pathMap: [{ from: "/build", to: "/home/me/src" }],
  });
});

const odd = [null, -1, 0.5, 1e300, Number.NaN, true, [], {}, [null, 5], { a: 5, b: null }];

it.each(Object.keys(written))("of a %s that is not as declared are as if it were not set", (key) => {
  for (const value of odd) {
    const settings = settingsOf((each) => (each === key ? value : undefined));
    expect([value, settings]).toEqual([value, unset]);
    expect(checkShape(openOptions, settings.openOptions).ok).toBe(true);
  }
});

it("ask for no more threads than there may be", () => {
  const settings = settingsOf((key) => (key === "analyzer.workers" ? 1e9 : undefined));
  expect(checkShape(openOptions, settings.openOptions).ok).toBe(true);
});
