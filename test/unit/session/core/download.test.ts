import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ExhumeError } from "../../../../analyzer/base/errors";
import { type DownloadLimits, download, usualLimits } from "../../../../analyzer/session/core/download";

let folder: string;
let server: Server;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-download-"));
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/buildid/ab/debuginfo`;
}

const piece = Buffer.alloc(128 << 10, "x");

async function tried(
  url: string,
  limits: Partial<DownloadLimits> = {},
  cancel: () => void = () => undefined,
) {
  const path = join(folder, "cache", "file.debug");
  const result = await download(url, path, { ...usualLimits, ...limits }, cancel).catch(
    (error: unknown) => error as Error,
  );
  const left = existsSync(join(folder, "cache")) ? readdirSync(join(folder, "cache")) : [];
  return { result: result instanceof Error ? result.message : result, left, path };
}

describe("a download", () => {
  it("is kept when all of it came, however long that takes while it gets on", async () => {
    const url = await serve((_, response) => {
      let pieces = 0;
      const timer = setInterval(() => {
        response.write(piece);
        if (++pieces === 8) {
          clearInterval(timer);
          response.end();
        }
      }, 60);
    });
    const { result, left, path } = await tried(url, { stalledMs: 300 });
    expect([result, left]).toEqual([true, ["file.debug"]]);
    expect(readFileSync(path)).toHaveLength(8 * piece.length);
  });

  it("is given up when nothing more comes, also by single bytes", async () => {
    const url = await serve((_, response) => {
      response.write(piece);
      const timer = setInterval(() => response.write("x"), 20);
      response.once("close", () => clearInterval(timer));
    });
    expect(await tried(url, { stalledMs: 300 })).toMatchObject({
      result: "nothing more came for 0.3 s",
      left: [],
    });
  });

  it.each([
    ["says so", true],
    ["does not say so", false],
  ])("is given up when it is larger than allowed and %s", async (_, isStated) => {
    const url = await serve((_request, response) => {
      if (isStated) response.setHeader("content-length", 8 * piece.length);
      for (let k = 0; k < 8; k++) response.write(piece);
      response.end();
    });
    expect(await tried(url, { bytes: 4 * piece.length })).toMatchObject({
      result: "it has more than the 512 KiB there is room for",
      left: [],
    });
  });

  it("stops when it is cancelled", async () => {
    const url = await serve((_, response) => response.write(piece));
    const cancel = () => {
      throw new ExhumeError({ code: "cancelled" });
    };
    expect(await tried(url, {}, cancel)).toMatchObject({ result: "Cancelled.", left: [] });
  });

  it("is not there", async () => {
    const url = await serve((_, response) => response.writeHead(404).end());
    expect(await tried(url)).toMatchObject({ result: false, left: [] });
  });

  it("asks other machines over https only, also when it is led there, unless told otherwise", async () => {
    const refused = "only https is asked, unless plain http is allowed (debuginfodOverHttp)";
    for (const url of ["http://debug.example.invalid/x", "ftp://127.0.0.1/x", "file:///etc/passwd"])
      expect((await tried(url)).result).toBe(refused);
    const url = await serve((_, response) =>
      response.writeHead(302, { location: "http://debug.example.invalid/x" }).end(),
    );
    expect((await tried(url)).result).toBe(refused);
    // Now it is asked, and there is no such machine.
    expect((await tried(url, { isHttpAllowed: true })).result).not.toBe(refused);
  });

  it.each([
    ["https://debug.example/x", "http://127.0.0.1:8080/shutdown"],
    ["https://debug.example/x", "https://localhost/x"],
    ["https://debug.example/x", "http://2130706433/x"],
    ["https://debug.example/x", "http://[::ffff:127.0.0.1]/x"],
    ["https://debug.example/x", "http://169.254.169.254/latest/meta-data/"],
    ["https://debug.example/x", "https://[fe80::1]/x"],
    ["http://127.0.0.1:1/x", "http://169.254.169.254/latest/meta-data/"],
  ])("of %s is not led to %s", async (first, next) => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (url: URL) => {
      asked.push(url.href);
      return new Response(null, { status: 302, headers: { location: next } });
    });
    try {
      const { result } = await tried(first, { isHttpAllowed: true });
      expect(result).toMatch(/^it leads to .*, which only who names it himself may ask$/);
      expect(asked).toEqual([first]);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it("is not written through a link that lies in its way", async () => {
    const url = await serve((_, response) => response.end("new"));
    const target = join(folder, "of-others");
    writeFileSync(target, "of others");
    mkdirSync(join(folder, "cache"));
    symlinkSync(target, join(folder, "cache", `file.debug.${process.pid}.part`));
    const { result, path } = await tried(url);
    expect([result, readFileSync(path, "utf8"), readFileSync(target, "utf8")]).toEqual([
      true,
      "new",
      "of others",
    ]);
  });

  it("is led on a few times at most", async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: "/again" }).end());
    expect((await tried(url)).result).toBe("it leads on more than 5 times");
  });
});
