import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingHead, missingInHead } from "../../../analyzer/base/missingHead";
import { type DebugClient, startDebugClient } from "../../build/debugClient";
import { smallCore } from "../../build/smallCore";

const folder = mkdtempSync(join(tmpdir(), "exhume-bare-"));
let client: DebugClient;
beforeAll(async () => {
  const path = join(folder, "core");
  writeFileSync(path, smallCore());
  client = startDebugClient();
  await client.body("initialize", { adapterID: "exhume" });
  await client.body("launch", { core: path });
  await client.body("configurationDone");
  await client.event("stopped");
});
afterAll(async () => {
  await client.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Frame {
  readonly id: number;
  readonly line: number;
  readonly presentationHint?: string;
  readonly source?: { readonly sourceReference: number; readonly presentationHint?: string };
}

async function frames(threadId: number, levels: number): Promise<readonly Frame[]> {
  return (await client.body("stackTrace", { threadId, levels }))[
    "stackFrames"
  ] as unknown as readonly Frame[];
}

describe("a core whose program is not here, debugged", () => {
  it("has the frame of the crash selectable, with its instructions in the place of a source", async () => {
    const [crash] = await frames(4711, 1);
    expect(crash!.presentationHint).toBeUndefined();
    expect(crash!.source!.presentationHint).toBeUndefined();
    const { content } = await client.body("source", { sourceReference: crash!.source!.sourceReference });
    const lines = (content as unknown as string).split("\n");
    expect(missingInHead(lines[0]!)).toBe("/opt/shop/bin/till");
    expect(lines[1]).toBe("; It was not found.");
    expect(lines[crash!.line - 1]).toMatch(/^=> 0x401300 {2}mov eax, dword ptr \[rdi \+ 0x10\]$/);
    // The same again: clients ask for one frame, then for more.
    expect((await frames(4711, 20))[0]!.source).toEqual(crash!.source);
    // Other threads are told from it by what they are: nobody came for them.
    expect((await frames(4712, 1))[0]!.source).toBeUndefined();
  });

  it("unfolds registers where nothing else is known", async () => {
    const [crash] = await frames(4711, 1);
    const { scopes } = await client.body("scopes", { frameId: crash!.id });
    expect(scopes).toMatchObject([
      { name: "Registers", expensive: false },
      { name: "Globals", expensive: true },
    ]);
  });

  it("says what is missing without options of the command line", () => {
    const said = client.events
      .map(({ body }) => (body as { output?: string } | undefined)?.output ?? "")
      .join("");
    expect(said).toContain("missing: /opt/shop/bin/till — It was not found.");
    expect(said).toContain('"program"');
    expect(said).not.toMatch(/--\w/);
  });
});

it.each([
  ["/opt/my shop/till not found", true],
  ["a\tb", false],
])("the line that says that %j is missing names it again", (path, isMissing) => {
  expect(missingInHead(missingHead(path, isMissing))).toBe(path);
  expect(missingInHead(`; ${path}`)).toBeUndefined();
});
