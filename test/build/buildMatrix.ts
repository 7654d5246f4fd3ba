import type { Compiler, ProgramDraft } from "./nativePrograms";

/** One build and one way to die. */
export interface MatrixCell {
  readonly name: string;
  readonly draft: ProgramDraft;
  readonly args: readonly string[];
  /** File whose variables are compared. */
  readonly file: string;
  /** Of the half that nothing is tuned on. */
  readonly isUnseen: boolean;
}

const levels = ["-O0", "-Og", "-O1", "-O2", "-Os", "-O3"];

/** Ways of building besides level and version; those with a compiler are only its own. */
const ways: readonly { readonly flags: readonly string[]; readonly only?: Compiler }[] = [
  { flags: [] },
  { flags: ["-fomit-frame-pointer"] },
  { flags: ["-fno-omit-frame-pointer"] },
  { flags: ["-gsplit-dwarf"] },
  { flags: ["-gz"] },
  { flags: ["-flto"], only: "gcc" },
  { flags: ["-static"] },
  { flags: ["-static-pie"], only: "gcc" },
  { flags: ["-no-pie"] },
  { flags: ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables"] },
  { flags: ["-fcf-protection=full", "-fstack-protector-all"] },
  { flags: ["-fdebug-types-section"], only: "gcc" },
];

const kinds = [
  "segv",
  "abort",
  "fpe",
  "trap",
  "jump",
  "bus",
  "assert",
  "callback",
  "handler",
  "thread",
  "deep",
];
const unseenKinds = ["1", "2", "3", "4", "5", "6", "1 handler", "2 thread", "3 thread", "4 handler"];
const cppKinds = ["segv", "throw", "abort", "at", "terminate"];

/** The cells, always the same ones: levels, versions and ways are all met, each with several ways to die. */
export function matrixCells(): MatrixCell[] {
  const cells: MatrixCell[] = [];
  let turn = 0;
  const add = (
    compiler: Compiler,
    source: string,
    flags: readonly string[],
    kind: string,
    isUnseen: boolean,
  ) =>
    cells.push({
      name: [compiler, source, ...flags, kind].join(" "),
      draft: { sources: [source], compiler, flags: ["-g", ...flags] },
      args: kind.split(" "),
      file: source,
      isUnseen,
    });
  for (const compiler of ["gcc", "clang"] as const) {
    for (const [wayAt, { flags, only }] of ways.entries()) {
      if (only !== undefined && only !== compiler) continue;
      for (const [levelAt, level] of levels.entries()) {
        const version = (wayAt + levelAt) % 2 === 0 ? "-gdwarf-5" : "-gdwarf-4";
        const isUnseen = (wayAt + levelAt + (compiler === "gcc" ? 0 : 1)) % 2 === 1;
        const [source, all] = isUnseen ? ["matrixUnseen.c", unseenKinds] : ["matrix.c", kinds];
        add(compiler, source as string, [level, version, ...flags], all[turn % all.length]!, isUnseen);
        turn++;
      }
    }
  }
  for (const compiler of ["g++", "clang++", "i686-linux-gnu-g++"] as const) {
    for (const [levelAt, level] of levels.entries()) {
      for (const [versionAt, version] of ["-gdwarf-5", "-gdwarf-4"].entries()) {
        const isUnseen = (levelAt + versionAt) % 2 === 1;
        add(
          compiler,
          "matrix.cpp",
          [level, version, "-std=c++17"],
          cppKinds[turn % cppKinds.length]!,
          isUnseen,
        );
        turn++;
      }
    }
  }
  for (const [levelAt, level] of levels.entries())
    for (const [wayAt, way] of [
      ["-gdwarf-5"],
      ["-gdwarf-4"],
      ["-gdwarf-5", "-fomit-frame-pointer"],
      ["-no-pie"],
    ].entries())
      add(
        "i686-linux-gnu-g++",
        "matrix.c",
        [level, ...way],
        kinds[(levelAt * 4 + wayAt) % kinds.length]!,
        wayAt % 2 === 1,
      );
  for (const level of ["0", "1", "2", "3", "s"]) {
    for (const [kindAt, kind] of ["segv", "panic", "thread"].entries()) {
      const debug = kindAt === 1 ? "line-tables-only" : "2";
      const flags = ["-C", `opt-level=${level}`, "-C", `debuginfo=${debug}`, "-C", "panic=abort"];
      cells.push({
        name: ["rustc", "crash.rs", ...flags, kind].join(" "),
        draft: { sources: ["crash.rs"], compiler: "rustc", flags },
        args: [kind],
        file: "crash.rs",
        isUnseen: kindAt % 2 === 1,
      });
    }
  }
  return cells;
}
