import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  CodeAction,
  CodeLens,
  Diagnostic,
  Hover,
  WorkspaceSymbol,
} from "vscode-languageserver-protocol";
import { startLanguageClient, type TestClient } from "../../build/languageClient";

const workspace = resolve(__dirname, "../../sample/workspace");
const sources = join(workspace, "src/main/java/com/example/recon");
const dumpPath = join(workspace, "recon.hprof.gz");
const holder = join(sources, "RecentEntries.java");
const holderUri = pathToFileURL(holder).href;
const textDocument = { uri: holderUri };

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly Diagnostic[];
}

let client: TestClient;
let dump: string;
const published: Published[] = [];
const waiting: ((message: Published) => void)[] = [];

/** The next publication for the holder's file. */
const nextPublished = () => new Promise<Published>((take) => waiting.push(take));

beforeAll(async () => {
  client = await startLanguageClient([workspace]);
  client.connection.onNotification("textDocument/publishDiagnostics", (message: Published) => {
    if (message.uri !== holderUri) return;
    published.push(message);
    for (const take of waiting.splice(0)) take(message);
  });
  const annotated = nextPublished();
  dump = (await client.send("dump/open", { path: dumpPath })).dump;
  await annotated;
});

afterAll(() => client.stop());

/** Line of a text in the holder's file, from 0 as LSP counts. */
function lineWith(text: string): number {
  return readFileSync(holder, "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text));
}

const fieldLine = () => lineWith("BY_REFERENCE =");

describe("what an open dump says on source files", () => {
  it("puts a problem on the line of the field that holds the suspect", () => {
    const [diagnostic] = published.at(-1)!.diagnostics;
    expect(diagnostic).toMatchObject({ source: "Exhume", range: { start: { line: fieldLine() } } });
    expect(diagnostic!.message).toMatch(/^BY_REFERENCE holds [\d.]+ MiB \([\d.]+ % of recon\.hprof\.gz\): /);
    const related = diagnostic!.relatedInformation ?? [];
    expect(related[0]?.message).toContain("BY_REFERENCE");
    expect(related[0]?.location.uri).toBe(holderUri);
    expect(related.map(({ message }) => message)).toEqual(["static field: RecentEntries.BY_REFERENCE"]);
  });

  it("shows lenses above the class, the field and methods on a stack", async () => {
    const lenses: CodeLens[] = await client.connection.sendRequest("textDocument/codeLens", { textDocument });
    const at = (line: number) =>
      lenses.filter(({ range }) => range.start.line === line).map(({ command }) => command?.title);
    expect(at(fieldLine())[0]).toMatch(/^BY_REFERENCE holds [\d.]+ MiB: .*\(recon\.hprof\.gz\)$/);
    const lensOf = async (name: string) => {
      const uri = pathToFileURL(join(sources, `${name}.java`)).href;
      return client.connection.sendRequest<CodeLens[]>("textDocument/codeLens", { textDocument: { uri } });
    };
    const [entries] = await lensOf("LedgerEntry");
    expect(entries?.command?.title).toMatch(/^[\d,]+ objects · retains [\d.]+ MiB in recon\.hprof\.gz$/);
    expect(entries?.command?.arguments?.[0]).toBe(dumpPath);
    const onStack = (await lensOf("MatchWorker")).map(({ command }) => command?.title ?? "");
    expect(onStack.some((title) => /on the stack of .* in recon\.hprof\.gz/.test(title))).toBe(true);
  });

  it("tells path and contents in a hover of the field", async () => {
    const character = readFileSync(holder, "utf8").split("\n")[fieldLine()]!.indexOf("BY_REFERENCE");
    const position = { line: fieldLine(), character: character + 3 };
    const hover: Hover = await client.connection.sendRequest("textDocument/hover", {
      textDocument,
      position,
    });
    const { value } = hover.contents as { value: string };
    expect(value).toContain("Path: ");
    expect(value).toContain("BY\\_REFERENCE");
    expect(value).toContain("Holds 15,000 elements, mostly com.example.recon.LedgerEntry:");
    expect(value).toMatch(/^- [\d.]+ MiB in [\d,]+ × java\.util\.HashMap\\\$Node$/m);
    expect(
      await client.connection.sendRequest("textDocument/hover", {
        textDocument,
        position: { line: 0, character: 0 },
      }),
    ).toBeNull();
  });

  it("offers to show the object, the path and who wrote the line", async () => {
    const { diagnostics } = published.at(-1)!;
    const params = { textDocument, range: diagnostics[0]!.range, context: { diagnostics } };
    const actions: CodeAction[] = await client.connection.sendRequest("textDocument/codeAction", params);
    expect(actions.map(({ title }) => title)).toEqual([
      "Open in Dominator Tree",
      "Show Path to GC Root",
      "Show Who Wrote This Line",
    ]);
    expect(actions[2]?.command?.arguments).toEqual([holder, fieldLine() + 1]);
  });

  it("finds classes of the dump as workspace symbols", async () => {
    const symbols: WorkspaceSymbol[] = await client.connection.sendRequest("workspace/symbol", {
      query: "ledgere",
    });
    expect(symbols[0]).toMatchObject({
      name: "LedgerEntry",
      location: { uri: pathToFileURL(join(sources, "LedgerEntry.java")).href },
    });
  });

  it("takes everything back when the dump is closed", async () => {
    const gone = nextPublished();
    await client.send("dump/close", { dump });
    expect((await gone).diagnostics).toEqual([]);
    expect(await client.connection.sendRequest("textDocument/codeLens", { textDocument })).toEqual([]);
    expect(await client.connection.sendRequest("workspace/symbol", { query: "ledgere" })).toEqual([]);
  });
});
