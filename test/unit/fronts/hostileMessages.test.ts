import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Method, requests } from "../../../analyzer/protocol/requests";
import { type DeclaredShape, exampleOf, hostileValues } from "../../build/hostileValues";
import { startLanguageClient, type TestClient } from "../../build/languageClient";

const dumpPath = resolve(__dirname, "../../sample/workspace/recon.hprof.gz");
const methods = Object.keys(requests) as Method[];

let client: TestClient;
let dump: string;

beforeAll(async () => {
  client = await startLanguageClient();
  dump = (await client.send("dump/open", { path: dumpPath })).dump;
  await client.send("dump/ready", { dump });
});

afterAll(() => client.stop());

interface Refusal {
  readonly message: string;
  readonly data?: { readonly code?: string };
}

/** The answer to anything at all: a refusal, or undefined for a result. */
function send(method: string, params: unknown): Promise<Refusal | undefined> {
  return client.connection.sendRequest(`exhume/${method}`, params).then(
    () => undefined,
    (refusal: Refusal) => refusal,
  );
}

function shapeOf(method: Method): DeclaredShape {
  return requests[method].params as unknown as DeclaredShape;
}

/** All but the one that takes none. */
const withParameters = methods.filter((method) => Object.keys(shapeOf(method).entries!).length > 0);

describe.each(withParameters)("%s", (method) => {
  it("refuses parameters that are not as declared, in a sentence", async () => {
    let refused = 0;
    // The protocol itself carries nothing but objects and lists.
    for (const [what, params] of hostileValues(shapeOf(method))) {
      if (typeof params !== "object" || params === null) continue;
      const refusal = await send(method, params);
      expect(refusal?.data?.code, `${method} with ${what}`).toBe("invalid");
      expect(refusal?.message, `${method} with ${what}`).toMatch(/^[\w/]+: [ -~]{1,400}\.$/);
      refused++;
    }
    expect(refused).toBeGreaterThan(5);
  });
});

describe("the analyzer", () => {
  it("answers what is well formed and makes no sense without an internal error", async () => {
    const odd = ["", "0xffffffffffffffffff", "\u0000\u001b]52;c;x\u0007(((../"];
    for (const method of methods) {
      const { entries = {} } = shapeOf(method);
      if (Object.keys(entries).join() === "dump") continue;
      if (!("dump" in entries) || method === "dump/close" || method === "notes/write") continue;
      const example = exampleOf(shapeOf(method)) as Record<string, unknown>;
      const texts = Object.keys(entries).filter((key) => typeof exampleOf(entries[key]!) === "string");
      const numbers = Object.keys(entries).filter((key) => exampleOf(entries[key]!) === 0);
      for (const text of odd) {
        const params = {
          ...example,
          ...Object.fromEntries(
            texts.map((key) => [key, entries[key]!.type === "picklist" ? example[key] : text]),
          ),
          ...Object.fromEntries(
            numbers.map((key) => [key, key === "count" ? 100_000 : Number.MAX_SAFE_INTEGER]),
          ),
          dump,
        };
        const refusal = await send(method, params);
        expect(refusal?.data?.code, `${method} with ${JSON.stringify(params)}: ${refusal?.message}`).not.toBe(
          "internal",
        );
      }
    }
  });

  it("goes on afterwards", async () => {
    expect(await client.send("dump/state", { dump })).toEqual({ state: "ready" });
  });
});
