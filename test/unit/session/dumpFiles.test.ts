import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import { findDumps, seriesOf } from "../../../analyzer/session/dumps/findDumps";
import { htmlOf } from "../../../analyzer/session/dumps/investigationHtml";
import { markdownOf } from "../../../analyzer/session/dumps/investigationMarkdown";
import { columnsOf, type InvestigationDocument } from "../../../analyzer/session/dumps/investigationText";
import { NoteStore } from "../../../analyzer/session/dumps/noteStore";

let root: string;
const write = (name: string, bytes: Uint8Array | string) => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), bytes);
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "exhume-dumps-"));
  const hprof = Buffer.concat([Buffer.from("JAVA PROFILE 1.0.2\0"), Buffer.alloc(4096)]);
  const core = Buffer.alloc(4096);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(core);
  core[16] = 4;
  write("a/support-case.bin", hprof);
  write("b/core.4711", core);
  write(
    "c/recon.hprof.gz",
    gzipSync(Buffer.concat([hprof, Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251))]), {
      level: 0,
    }),
  );
  write("c/notes.bin", "x".repeat(5000));
  write("c/recon.hprof.gz.age", `age-encryption.org/v1\n${"x".repeat(5000)}`);
  write("c/mail.age", `age-encryption.org/v1\n${"x".repeat(5000)}`);
  write("c/tiny.hprof", "JAVA PROFILE 1.0.2\0");
  write("node_modules/x/y.hprof", hprof);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("dumps of a folder", () => {
  it("finds them by content, whatever their names", async () => {
    const dumps = await findDumps([root], unwatched);
    expect(dumps.map(({ path, kind }) => `${path.slice(root.length)} ${kind}`).sort()).toEqual([
      "/a/support-case.bin heap",
      "/b/core.4711 core",
      "/c/recon.hprof.gz heap",
      "/c/recon.hprof.gz.age unknown",
    ]);
  });

  it.each([
    ["/x/recon-2024-05-01T10.hprof", "recon"],
    ["/x/recon-2024-05-02T11.hprof.gz", "recon"],
    ["/x/recon-2024-05-03T11.hprof.gz.age", "recon"],
    ["/x/orders_17.hprof", "orders"],
    ["/x/java_pid4711.hprof", "java_pid…"],
    ["/x/app.hprof", "app"],
  ])("%s belongs to %s", (path, series) => expect(seriesOf(path)).toBe(series));
});

describe("notes", () => {
  it("are kept, replaced and deleted by id", () => {
    const dump = join(root, "a/support-case.bin");
    const store = () => new NoteStore(dump, join(root, "index"));
    expect(store().list()).toEqual([]);
    const note = { id: "0x7f", title: "Cache @ 0x7f", text: "grows with every request", changedMs: 1 };
    store().write(note);
    store().write({ ...note, id: "0x80", text: "second" });
    store().write({ ...note, text: "grows with every tenant" });
    expect(
      store()
        .list()
        .map(({ text }) => text),
    ).toEqual(["second", "grows with every tenant"]);
    store().write({ ...note, text: " " });
    expect(
      store()
        .list()
        .map(({ text }) => text),
    ).toEqual(["second"]);
    expect(new NoteStore(join(root, "b/core.4711"), join(root, "index")).list()).toEqual([]);
  });

  it("are found after the index folder was changed, and deleted wherever they are", () => {
    const dump = join(root, "c/recon.hprof.gz");
    const note = { id: "1", title: "t", text: "first", changedMs: 1 };
    vi.stubEnv("XDG_CACHE_HOME", join(root, "cache"));
    const usual = new NoteStore(dump, undefined);
    const custom = new NoteStore(dump, join(root, "other"));
    try {
      usual.write(note);
      expect(custom.list()).toEqual([note]);
      custom.write({ ...note, id: "2", text: "second" });
      expect(custom.list().map(({ text }) => text)).toEqual(["first", "second"]);
      expect(usual.list()).toEqual([]);
      expect(readdirSync(join(root, "other/notes"))).toHaveLength(1);
      custom.forget();
      expect(custom.list()).toEqual([]);
      expect(readdirSync(join(root, "other/notes"))).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("survive a damaged file", () => {
    rmSync(join(root, "index"), { recursive: true, force: true });
    const store = new NoteStore(join(root, "c/notes.bin"), join(root, "index"));
    store.write({ id: "1", title: "t", text: "x", changedMs: 1 });
    const [file] = readdirSync(join(root, "index/notes"));
    writeFileSync(join(root, "index/notes", file!), "{ not json");
    expect(store.list()).toEqual([]);
    expect(store.write({ id: "2", title: "t", text: "y", changedMs: 2 })).toHaveLength(1);
  });
});

describe("investigation", () => {
  const document: InvestigationDocument = {
    title: "Investigation of <b>.hprof",
    sections: [
      { kind: "facts", title: "The dump", facts: [["File", "/x/a_b.hprof"]] },
      {
        kind: "table",
        title: "Biggest",
        columns: [
          { title: "Object", align: "left" },
          { title: "Retained", align: "right" },
        ],
        rows: [
          [{ text: "a.B | <script>alert(1)</script>", link: "vscode://x/open?a=1&b=2" }, { text: "1 KiB" }],
        ],
      },
      {
        kind: "findings",
        title: "Notes",
        findings: [
          {
            title: { text: "a.B<C>" },
            figure: "Holds 1 KiB",
            share: 0.5,
            badges: ["likely"],
            sentences: ["first\nsecond *x*", "third"],
            advice: "<do> it",
            path: ["root", "a[0]"],
          },
        ],
      },
      { kind: "table", title: "Grown", columns: columnsOf("Class"), rows: [], empty: "Nothing <grew>." },
    ],
  };

  it("writes Markdown in which nothing of a dump becomes markup", () => {
    expect(markdownOf(document)).toBe(
      [
        "# Investigation of \\<b\\>.hprof",
        "",
        "## The dump",
        "",
        "- **File**: /x/a\\_b.hprof",
        "",
        "## Biggest",
        "",
        "| Object | Retained |",
        "| --- | ---: |",
        "| [a.B \\| \\<script\\>alert\\(1\\)\\</script\\>](<vscode://x/open?a=1&b=2>) | 1 KiB |",
        "",
        "## Notes",
        "",
        "### a.B\\<C\\>",
        "",
        "**Holds 1 KiB · likely**",
        "",
        "- first second \\*x\\*",
        "- third",
        "",
        "> \\<do\\> it",
        "",
        "From root → a\\[0\\]",
        "",
        "",
        "## Grown",
        "",
        "Nothing \\<grew\\>.",
        "",
      ].join("\n"),
    );
  });

  it("writes HTML that loads nothing and runs nothing", () => {
    const html = htmlOf(document);
    expect(html).not.toContain("<script");
    expect(html).toContain("default-src 'none'");
    for (const name of ["a.B<C>", "<do>", "<grew>", "<b>.hprof"]) expect(html).not.toContain(name);
    expect(html).toContain('<i style="width:50.0%">');
    expect(html).toContain("<blockquote>&#60;do&#62; it</blockquote>");
    expect(html).toContain(
      '<a href="vscode://x/open?a=1&#38;b=2">a.B | &#60;script&#62;alert(1)&#60;/script&#62;</a>',
    );
  });
});
