import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chainDump } from "../../build/chainDump";
import { exhumeJson, runExhume } from "../../build/cli";

/** More than fit on the stack as the arguments of one call. */
const links = 130_000;

describe(`a query with ${links} rows`, () => {
  let folder: string;
  let dump: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "exhume-rows-"));
    dump = join(folder, "chain.hprof");
    writeFileSync(dump, chainDump(links));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const query = () => ["query", dump, "SELECT * FROM com.example.Link", "--top", String(links), "--no-index"];

  it("prints all of them as a table", async () => {
    const { code, out, err } = await runExhume(...query());
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(1 + links + 1);
    expect(lines.at(-1)).toBe("130,000 rows");
  });

  it("prints all of them as JSON", async () => {
    const { total, rows } = await exhumeJson<{ total: number; rows: unknown[] }>(...query());
    expect({ total, rows: rows.length }).toEqual({ total: links, rows: links });
  });
});
