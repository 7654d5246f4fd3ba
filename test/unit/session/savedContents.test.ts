import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, vi } from "vitest";
import { SessionStore } from "../../../analyzer/session/sessionStore";
import { bundle } from "../../build/bundle";
import { shopDump } from "../../build/shopDump";

it("saves no string of a dump in an index or beside it, nor its path", async () => {
  const folder = mkdtempSync(join(tmpdir(), "exhume-saved-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  try {
    const dump = join(folder, "secret-customer.hprof");
    writeFileSync(dump, shopDump(1_000));
    expect(readFileSync(dump, "latin1")).toContain("Europe/Vienna");
    const store = new SessionStore({ workerFolder: dirname(bundle("dumpWorker")) });
    const session = await store.open(dump, { indexDirectory: join(folder, "cache/index") });
    await session.ready();
    await session.ask("heap/suspects", {});
    await store.dispose();
    const saved = readdirSync(join(folder, "cache"), { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, "cache", name))
      .filter((file) => statSync(file).isFile())
      .map((file) => readFileSync(file, "latin1"));
    expect(saved.filter((text) => text.startsWith("exhume-answers"))).toHaveLength(1);
    // Structure is there: the test looks at the right files.
    expect(saved.join()).toContain("com.example.shop.Order");
    for (const contents of ["Europe/Vienna", "checkout-1", "order 4", "secret-customer"])
      expect([contents, saved.join().includes(contents)]).toEqual([contents, false]);
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  }
});
