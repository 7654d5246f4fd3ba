import { GzipUnpacker } from "./gzip";

/** What every report of Ubuntu's apport begins with. */
const reportMagic = "ProblemType: ";
const coreField = "CoreDump";
const encodedValue = "base64";
const longestFieldName = 256;

const newLine = 10;
const space = 32;

export function beginsApportReport(head: Uint8Array): boolean {
  return [...reportMagic].every((sign, at) => head[at] === sign.charCodeAt(0));
}

/** In which part of a line the next byte is. */
type Place = "start" | "name" | "value" | "skipped" | "encoded";

/**
 * Takes the core out of a report of apport (`/var/crash/*.crash`): lines `Key: value`, those of a long value indented. The
 * core's value is `base64`, and each line below it is base64 of a piece of one gzip stream. Everything else is passed over.
 * Source: apport's `problem_report.py`.
 */
export class ApportUnpacker {
  private readonly gzip: GzipUnpacker;
  readonly isUnchecked = false;
  private place: Place = "start";
  private isInCore = false;
  private isBehindCore = false;
  /** Of a name or of the value behind it. */
  private text = "";
  private name = "";
  /** Characters of a line that are not four yet. */
  private pending = "";

  /** @param emit gets bytes of the core in order */
  constructor(emit: (bytes: Uint8Array) => void) {
    this.gzip = new GzipUnpacker(emit);
  }

  /** @throws Error when the core is not encoded or packed as it should be */
  async push(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !this.isBehindCore; ) at = await this.take(bytes, at);
  }

  /** @throws Error when the report ends within the core, or before it */
  end(): Promise<void> {
    if (!this.isInCore && !this.isBehindCore) throw new Error("the report has no core in it");
    return this.gzip.end();
  }

  /** @returns where the next part begins */
  private async take(bytes: Uint8Array, at: number): Promise<number> {
    if (this.place === "start") return this.takeStart(bytes[at]!, at);
    const lineEnd = bytes.indexOf(newLine, at);
    if (this.place === "encoded") {
      const end = lineEnd < 0 ? bytes.length : lineEnd;
      await this.takeEncoded(bytes.subarray(at, end), lineEnd >= 0);
    } else if (this.place !== "skipped") {
      this.takeText(bytes.subarray(at, lineEnd < 0 ? bytes.length : lineEnd), lineEnd >= 0);
    }
    if (lineEnd < 0) return bytes.length;
    this.place = "start";
    return lineEnd + 1;
  }

  private takeStart(first: number, at: number): number {
    if (first === space) {
      this.place = this.isInCore ? "encoded" : "skipped";
      return at + 1;
    }
    if (this.isInCore) this.isBehindCore = true;
    this.place = "name";
    this.text = "";
    return at;
  }

  /** A field's name and its value on the same line, of which only those of the core matter. */
  private takeText(bytes: Uint8Array, isLineEnd: boolean): void {
    this.text += Buffer.from(bytes.subarray(0, longestFieldName)).toString("latin1");
    if (this.place === "name") {
      const colon = this.text.indexOf(": ");
      if (colon >= 0) {
        this.name = this.text.slice(0, colon);
        this.text = this.text.slice(colon + 2);
        this.place = "value";
      }
    }
    if (this.text.length > longestFieldName) this.place = "skipped";
    else if (isLineEnd && this.place === "value")
      this.isInCore = this.name === coreField && this.text.trim() === encodedValue;
  }

  private async takeEncoded(bytes: Uint8Array, isLineEnd: boolean): Promise<void> {
    const text = this.pending + Buffer.from(bytes).toString("latin1");
    const whole = text.length - (text.length % 4);
    this.pending = text.slice(whole);
    if (isLineEnd && this.pending !== "") throw new Error("a line of its base64 is cut");
    const packed = Buffer.from(text.slice(0, whole), "base64");
    const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    if (packed.length !== (whole / 4) * 3 - (whole === text.length ? padding : 0))
      throw new Error("what should be base64 is not");
    if (packed.length > 0) await this.gzip.push(packed);
  }
}
