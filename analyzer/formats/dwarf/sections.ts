import type { ProblemList } from "../../base/problems";
import { DataReader, DwarfDamage, type SectionBytes } from "./dataReader";

/**
 * Gives the bytes of a section by its name, decompressed, or undefined when the file has no such section.
 * Asked once per section.
 */
export type SectionSource = (name: string) => SectionBytes | undefined;

/** The debug sections of one object file, read when first asked for. */
export class Sections {
  private readonly loaded = new Map<string, SectionBytes | undefined>();

  /**
   * @param source the file's sections
   * @param suffix `.dwo` for split files, whose sections carry it in their names
   * @param littleEndian how the file writes numbers
   */
  constructor(
    private readonly source: SectionSource,
    readonly suffix: "" | ".dwo" = "",
    readonly littleEndian = true,
  ) {}

  /** The section called `name` without the suffix of split files, e.g. `.debug_info`. */
  find(name: string): SectionBytes | undefined {
    return this.findUnsuffixed(name + this.suffix);
  }

  /** The section called exactly `name`. */
  findUnsuffixed(name: string): SectionBytes | undefined {
    if (!this.loaded.has(name)) this.loaded.set(name, this.source(name));
    return this.loaded.get(name);
  }

  /** @throws DwarfDamage when the file has no such section. */
  get(name: string): SectionBytes {
    const bytes = this.find(name);
    if (bytes === undefined) throw new DwarfDamage(name, 0, "the section is missing");
    return bytes;
  }

  /** @throws DwarfDamage when the file has no such section, or it ends before `position`. */
  reader(name: string, position = 0): DataReader {
    return new DataReader(this.get(name), name, this.littleEndian, position);
  }
}

/** Runs a reader of foreign data: damage becomes a problem and the given answer, every other error is a bug and passes. */
export function orReport<T>(problems: ProblemList, instead: T, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof DwarfDamage)) throw thrown;
    problems.add({
      code: "dwarf-damaged",
      message: `Debug information is damaged: ${thrown.section} at offset ${thrown.offset} ${thrown.what}.`,
      losesData: false,
    });
    return instead;
  }
}
