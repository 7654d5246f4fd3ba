import type { V8Heap } from "./v8Heap";
import { ScriptLines, type ScriptPlace } from "./v8Positions";

/** Of all scripts together: the text of further ones is not read. */
const mostLetters = 1 << 27;

/** A script. Bundles have megabytes of text, which all of their functions share. */
export class V8Script {
  private read: { readonly text: string | undefined } | undefined;
  private lines: ScriptLines | undefined;

  constructor(
    /** Path, URL or `node:…`. */
    readonly name: string | undefined,
    private readonly readText: () => string | undefined,
  ) {}

  get text(): string | undefined {
    this.read ??= { text: this.readText() };
    return this.read.text;
  }

  /** Undefined beyond its text, and where that is not in the core. */
  placeOf(position: number): ScriptPlace | undefined {
    const { text } = this;
    if (text === undefined || position > text.length) return undefined;
    this.lines ??= new ScriptLines(text);
    return this.lines.placeOf(position);
  }
}

/** The scripts of a process, each read once. */
export class V8Scripts {
  private readonly known = new Map<number, V8Script>();
  private lettersLeft = mostLetters;

  constructor(private readonly heap: V8Heap) {}

  /** @returns undefined for what is not a script */
  at(reference: number | undefined): V8Script | undefined {
    const { heap } = this;
    const { scriptType, scriptName, scriptSource } = heap.constants;
    if (reference === undefined || heap.typeOf(reference) !== scriptType) return undefined;
    let script = this.known.get(reference);
    if (script === undefined) {
      const name = heap.text(heap.field(reference, scriptName), 4096);
      script = new V8Script(name === "" ? undefined : name, () => {
        const text = this.lettersLeft > 0 ? heap.text(heap.field(reference, scriptSource)) : undefined;
        this.lettersLeft -= text?.length ?? 0;
        return text;
      });
      this.known.set(reference, script);
    }
    return script;
  }
}
