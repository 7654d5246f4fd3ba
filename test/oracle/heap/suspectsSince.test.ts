import { afterAll, beforeAll, expect, it } from "vitest";
import { findJdks } from "../../build/javaDumps";
import { startLanguageClient, type TestClient } from "../../build/languageClient";
import { leakDumps } from "../../build/leakDumps";

let client: TestClient;
beforeAll(async () => {
  client = await startLanguageClient();
});
afterAll(() => client.stop());

/** The suspects of one dump of a program that leaks, asked as the view does that knows of the others. */
async function suspectsOf(path: string, others: readonly string[]) {
  const { dump } = await client.send("dump/open", { path });
  const found = await client.send("heap/suspectsSince", { dump, others });
  await client.send("dump/close", { dump });
  const entries = found.suspects.find(({ field }) => field?.name === "entries");
  return { since: found.since, entries, growth: entries?.scoreParts.find(({ name }) => name === "growth") };
}

it("counts what grew since the earlier dumps, which it names, and says how much in the evidence", async () => {
  const [first, second, last] = leakDumps(findJdks()[0]!, "Growing", "leak", 3);
  const { since, entries, growth } = await suspectsOf(last!, [second!, first!]);
  expect(since).toEqual([first, second]);
  expect(growth).toMatchObject({ points: 30, why: expect.stringMatching(/^grew by 2\.9\d MiB since/) });
  expect(entries?.evidence).toContain(growth?.why);
});

it("counts nothing for the oldest dump, since what came later is no growth of it", async () => {
  const [first, , last] = leakDumps(findJdks()[0]!, "Growing", "leak", 3);
  const { since, growth } = await suspectsOf(first!, [last!]);
  expect({ since, growth }).toEqual({ since: [], growth: undefined });
});
