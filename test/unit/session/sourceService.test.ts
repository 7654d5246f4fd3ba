import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { ZipFile } from "yazl";
import { unwatched } from "../../../analyzer/base/work";
import { SourceService } from "../../../analyzer/session/sources/sourceService";

let root: string;
let service: SourceService;
const path = (...parts: string[]) => join(root, ...parts);

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

async function writeZip(file: string, entries: Readonly<Record<string, string>>): Promise<void> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(entries)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  const parts: Buffer[] = [];
  for await (const part of zip.outputStream) parts.push(part as Buffer);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, Buffer.concat(parts));
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "exhume-sources-"));
  write(path("ws/src/com/shop/Order.java"), "package com.shop;\nclass Order {\n  int total;\n}\n");
  write(path("ws/native/src/main.c"), "int main(void) { return 0; }\n");
  await writeZip(path("home/.m2/repository/org/lib/1.0/lib-1.0-sources.jar"), {
    "org/lib/Cache.java": "package org.lib;\npublic class Cache {\n  Object[] table;\n}\n",
    "META-INF/MANIFEST.MF": "",
  });
  write(path("home/.m2/repository/org/bad/1.0/bad-1.0-sources.jar"), "this is no archive");
  await writeZip(path("jdk/lib/src.zip"), {
    "java.base/java/util/HashMap.java": "package java.util;\n\nclass HashMap {\n}\n",
  });
  service = new SourceService({ HOME: path("home"), JAVA_HOME: path("jdk") });
  service.setRoots([path("ws")]);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

async function check(className: string, expected: readonly string[]): Promise<void> {
  const { locations } = await service.answers["source/class"]({ className }, unwatched);
  expect(locations.map((place) => `${place.path.replace(root, "")}:${place.line}`)).toEqual(expected);
}

describe("source service", () => {
  it("answers from the workspace", () => check("com.shop.Order", ["/ws/src/com/shop/Order.java:2"]));

  it("answers from a source archive of a build tool's cache", () =>
    check("org.lib.Cache", ["/home/.m2/repository/org/lib/1.0/lib-1.0-sources.jar!/org/lib/Cache.java:2"]));

  it("answers from the JDK", async () => {
    const { locations } = await service.answers["source/class"](
      { className: "java.util.HashMap" },
      unwatched,
    );
    expect(locations[0]).toMatchObject({
      path: path("jdk/lib/src.zip!/java.base/java/util/HashMap.java"),
      line: 3,
    });
  });

  it("gives the text of a file in an archive", async () => {
    const { text } = await service.answers["source/text"](
      { path: path("jdk/lib/src.zip!/java.base/java/util/HashMap.java") },
      unwatched,
    );
    expect(text).toContain("class HashMap");
    const missing = service.answers["source/text"]({ path: path("jdk/lib/src.zip!/x/Gone.java") }, unwatched);
    await expect(missing).rejects.toMatchObject({ fault: { code: "notFound" } });
  });

  it("finds new files once the watcher told of them", async () => {
    await check("com.shop.Late", []);
    write(path("ws/src/com/shop/Late.java"), "package com.shop;\nclass Late { }\n");
    service.filesChanged([{ path: path("ws/src/com/shop/Late.java"), kind: "created" }]);
    await check("com.shop.Late", ["/ws/src/com/shop/Late.java:2"]);
    write(path("ws/src/com/shop/Late.java"), "package com.shop;\nclass Late { }\nclass Later { }\n");
    service.filesChanged([{ path: path("ws/src/com/shop/Late.java"), kind: "changed" }]);
    await check("com.shop.Later", ["/ws/src/com/shop/Late.java:3"]);
  });

  it("finds a file that the watcher missed, once the list is some seconds old", async () => {
    await check("com.shop.Missed", []);
    write(path("ws/src/com/shop/Missed.java"), "package com.shop;\nclass Missed { }\n");
    await check("com.shop.Missed", []);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    await check("com.shop.Missed", ["/ws/src/com/shop/Missed.java:2"]);
  });

  it("looks in explicit roots", async () => {
    write(path("other/Order.java"), "package com.shop;\n\n\nclass Order { }\n");
    const { locations } = await service.answers["source/class"](
      { className: "com.shop.Order", roots: [path("other")] },
      unwatched,
    );
    expect(locations).toMatchObject([
      { path: path("other/Order.java"), line: 4, match: "package declaration" },
    ]);
  });

  it("finds native sources and says what makes them doubtful", async () => {
    const source = path("ws/native/src/main.c");
    utimesSync(source, 2_000_000, 2_000_000);
    const ask = (extra: object) =>
      service.answers["source/native"]({ path: "/build/native/src/main.c", line: 1, ...extra }, unwatched);
    const newer = await ask({ binaryModifiedMs: 1_000_000_000 });
    expect(newer).toMatchObject({
      locations: [{ path: source, line: 1, match: "last 3 parts of the path" }],
      warnings: ["This source is newer than the binary."],
      suggestedRule: { from: "/build", to: path("ws") },
    });
    const other = await ask({ md5: "00000000000000000000000000000000", binaryModifiedMs: 3_000_000_000 });
    expect(other.warnings).toEqual([
      "This file differs from the one the binary was compiled from (checksum).",
    ]);
    // md5sum of the file's text.
    const same = await ask({ md5: "2c7fa9a609df7a2f7e9f545c2571989d", binaryModifiedMs: 1 });
    expect(same.warnings).toEqual([]);
  });

  it("finds a native source that came later, once the watcher told of it", async () => {
    const ask = () => service.answers["source/native"]({ path: "/build/native/late/extra.c" }, unwatched);
    expect((await ask()).locations).toEqual([]);
    write(path("ws/native/late/extra.c"), "int extra;\n");
    service.filesChanged([{ path: path("ws/native/late/extra.c"), kind: "created" }]);
    expect((await ask()).locations).toMatchObject([{ path: path("ws/native/late/extra.c") }]);
  });

  it("names what a file declares as the JVM does", async () => {
    const file = path("ws/src/com/shop/Order.java");
    const text = "package com.shop;\nclass Order { int total; static class Line { void go() {} } }\n";
    const { declared } = await service.answers["source/declarations"]({ path: file, text }, unwatched);
    expect(declared.map((name) => `${name.kind} ${name.className} ${name.member}:${name.line}`)).toEqual([
      "class com.shop.Order :2",
      "field com.shop.Order total:2",
      "class com.shop.Order$Line :2",
      "method com.shop.Order$Line go:2",
    ]);
  });
});
