import { createWriteStream, renameSync, rmSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { formatBytes } from "../../base/figures";
import { makeFolder } from "../files/makeFolder";
import { openAnew } from "../files/newFile";

export interface DownloadLimits {
  /** Of one file; Chromium's debug information is under 4 GiB. */
  readonly bytes: number;
  /** Without as much as {@link progressBytes} more within so long it is given up. */
  readonly stalledMs: number;
  /** Plain HTTP to other machines: what comes can be changed on the way, and what is asked be read. */
  readonly isHttpAllowed: boolean;
}

export const usualLimits = {
  bytes: 4 * 2 ** 30,
  stalledMs: 30_000,
  isHttpAllowed: false,
} as const satisfies DownloadLimits;

const progressBytes = 64 << 10;
const spareBytes = 256 << 20;
const mostRedirects = 5;

/**
 * Downloads into a file, beside it first.
 * @param throwIfCancelled is asked with every piece
 * @returns false when the server does not have it
 * @throws Error that says in a few words why it was given up
 */
export async function download(
  url: string,
  path: string,
  limits: DownloadLimits,
  throwIfCancelled: () => void,
): Promise<boolean> {
  const stall = new Stall(limits.stalledMs);
  const partial = `${path}.${process.pid}.part`;
  try {
    const response = await answerOf(url, limits, stall.signal);
    if (response.status === 404) return false;
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    makeFolder(dirname(path), 0o700);
    const largest = Math.min(limits.bytes, roomBeside(path));
    const stated = Number(response.headers.get("content-length") ?? 0);
    let bytes = 0;
    const assertWithin = (size: number): void => {
      if (size > largest) throw new Error(`it has more than the ${formatBytes(largest)} there is room for`);
    };
    assertWithin(stated);
    const watched = new Transform({
      transform(piece: Uint8Array, _, done) {
        try {
          throwIfCancelled();
          bytes += piece.byteLength;
          assertWithin(bytes);
          stall.moved(bytes);
          done(undefined, piece);
        } catch (error) {
          done(error as Error);
        }
      },
    });
    const options = { signal: stall.signal };
    const file = createWriteStream(partial, { fd: openAnew(partial) });
    await pipeline(Readable.fromWeb(response.body as never), watched, file, options);
    renameSync(partial, path);
    return true;
  } catch (error) {
    throw stall.signal.aborted ? (stall.signal.reason as Error) : error;
  } finally {
    stall.end();
    rmSync(partial, { force: true });
  }
}

/**
 * Follows redirections itself: each place is looked at before it is asked. A server on another machine does not lead to
 * this one or to its neighbours without a name, where services trust whoever reaches them.
 */
async function answerOf(first: string, limits: DownloadLimits, signal: AbortSignal): Promise<Response> {
  let url = new URL(first);
  const startsHere = isThisMachine(url);
  for (let k = 0; k <= mostRedirects; k++) {
    if (k > 0 && ((isThisMachine(url) && !startsHere) || isLinkLocal(url)))
      throw new Error(`it leads to ${url.hostname}, which only who names it himself may ask`);
    assertAllowed(url, limits.isHttpAllowed);
    const response = await fetch(url, { signal, redirect: "manual" });
    const next = response.status >= 300 && response.status < 400 ? response.headers.get("location") : null;
    if (next === null) return response;
    await response.body?.cancel();
    url = new URL(next, url);
  }
  throw new Error(`it leads on more than ${mostRedirects} times`);
}

function assertAllowed(url: URL, isHttpAllowed: boolean): void {
  const { protocol } = url;
  if (protocol === "https:") return;
  if (protocol === "http:" && (isThisMachine(url) || isHttpAllowed)) return;
  throw new Error("only https is asked, unless plain http is allowed (debuginfodOverHttp)");
}

/** Addresses are as URLs have them: numbers in any other form are four decimal ones by now. */
function isThisMachine({ hostname }: URL): boolean {
  const isNamed = /^(.+\.)?localhost\.?$/.test(hostname);
  return isNamed || /^(127|0)(\.\d+){3}$|^\[::1?\]$|^\[::ffff:(7f[\da-f]{2}|0):/.test(hostname);
}

/** Where machines in clouds get their credentials from. */
function isLinkLocal({ hostname }: URL): boolean {
  return /^169\.254\.|^\[fe[89ab][\da-f]:|^\[::ffff:a9fe:|^\[fd00:ec2:/.test(hostname);
}

function roomBeside(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(path));
  return Math.max(0, bavail * bsize - spareBytes);
}

/** Gives up what does not get on, however long all of it takes. */
class Stall {
  private readonly abort = new AbortController();
  private timer: NodeJS.Timeout;
  private reached = 0;

  constructor(private readonly afterMs: number) {
    this.timer = this.start();
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  moved(bytes: number): void {
    if (bytes < this.reached + progressBytes) return;
    this.reached = bytes;
    clearTimeout(this.timer);
    this.timer = this.start();
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private start(): NodeJS.Timeout {
    const words = `nothing more came for ${this.afterMs / 1000} s`;
    return setTimeout(() => this.abort.abort(new Error(words)), this.afterMs);
  }
}
