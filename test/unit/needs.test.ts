import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensureNeeds, type Machine, type Need, needs } from "../../.scripts/needs.mjs";

const test = join(__dirname, "..");
const all: readonly Need[] = Object.values(needs).flat();

/** What the tests say they use, where, and the package they name for it. */
function usesInTests(): { where: string; tool: string; apt: string }[] {
  return readdirSync(test, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) =>
      [
        ...readFileSync(join(test, name), "utf8").matchAll(
          /requireTool\("([^"]+)", "apt-get install ([^"]+)"\)/g,
        ),
      ].map(([, tool, apt]) => ({ where: name, tool: tool!, apt: apt! })),
    );
}

describe("what the tests need from the machine", () => {
  it("is what they ask for, by the same package", () => {
    const uses = usesInTests();
    expect(uses.length).toBeGreaterThan(8);
    for (const { where, tool, apt } of uses) {
      const need = all.find((each) => each.uses.flat().includes(tool));
      expect(need?.apt, `${tool} in ${where}`).toContain(apt);
    }
  });

  it("names every file of the system that they read", () => {
    const named = new Set(all.flatMap(({ uses }) => uses.flat()));
    const read = readdirSync(join(test, "build"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) => [
        ...readFileSync(join(test, "build", name), "utf8").matchAll(/"(\/usr\/[^"]+\.(?:jar|a|so[.\d]*))"/g),
      ])
      .map(([, path]) => path!);
    expect(read.length).toBeGreaterThan(0);
    for (const path of read) expect([...named], path).toContain(path);
  });
});

/** A machine with apt, where packages bring files and may take others away. */
class FakeMachine implements Machine {
  readonly commands: string[] = [];
  private listsAreFresh: boolean;

  constructor(
    private readonly files: Set<string>,
    private readonly packages: Readonly<
      Record<string, { brings: readonly string[]; removes?: readonly string[] }>
    >,
    { stale = false } = {},
  ) {
    this.listsAreFresh = !stale;
  }

  has(name: string): boolean {
    return this.files.has(name);
  }

  isKnown(name: string): boolean {
    return this.listsAreFresh && name in this.packages;
  }

  apt(...args: readonly string[]): number {
    this.commands.push(args.filter((arg) => !arg.startsWith("-")).join(" "));
    if (args[0] === "update") {
      this.listsAreFresh = true;
      return 0;
    }
    const names = args.slice(1).filter((arg) => !arg.startsWith("-"));
    if (names.some((name) => !this.isKnown(name))) return 100;
    for (const name of names) {
      const { brings, removes = [] } = this.packages[name]!;
      for (const file of brings) this.files.add(file);
      for (const file of removes) this.files.delete(file);
    }
    return 0;
  }
}

describe("ensuring the needs of a group", () => {
  const browser = { chromium: { brings: ["chromium"] } };
  const jdk = { "openjdk-17-jdk-headless": { brings: ["javac"] } };

  it("installs nothing when everything is there, by any of its names", () => {
    const machine = new FakeMachine(new Set(["google-chrome", "javac"]), {});
    ensureNeeds(["browser", "java"], machine);
    expect(machine.commands).toEqual([]);
  });

  it("installs what is missing, all at once", () => {
    const machine = new FakeMachine(new Set(), { ...browser, ...jdk });
    ensureNeeds(["browser", "java"], machine);
    expect(machine.commands).toEqual(["install chromium openjdk-17-jdk-headless"]);
  });

  it("takes the name that this machine's apt knows", () => {
    const machine = new FakeMachine(new Set(), { "chromium-browser": { brings: ["chromium-browser"] } });
    ensureNeeds(["browser"], machine);
    expect(machine.commands).toEqual(["install chromium-browser"]);
  });

  it("refreshes old package lists once", () => {
    const machine = new FakeMachine(new Set(), browser, { stale: true });
    ensureNeeds(["browser"], machine);
    expect(machine.commands).toEqual(["install chromium", "update", "install chromium"]);
  });

  it("installs again what another package took away", () => {
    const removing = { chromium: { brings: ["chromium"], removes: ["javac"] } };
    const machine = new FakeMachine(new Set(["javac"]), { ...removing, ...jdk });
    ensureNeeds(["browser", "java"], machine);
    expect(machine.commands).toEqual(["install chromium", "install openjdk-17-jdk-headless"]);
  });

  it("gives up on packages that exclude each other, and names what is missing", () => {
    const machine = new FakeMachine(new Set(), {
      chromium: { brings: ["chromium"], removes: ["javac"] },
      "openjdk-17-jdk-headless": { brings: ["javac"], removes: ["chromium"] },
    });
    expect(() => ensureNeeds(["browser", "java"], machine)).toThrow(/Still missing.*chromium/s);
    expect(machine.commands).toHaveLength(3);
  });

  it("says what to run where it cannot install", () => {
    const machine = { has: () => false, isKnown: () => true, apt: () => undefined };
    expect(() => ensureNeeds(["java"], machine)).toThrow(
      /javac, of openjdk-17-jdk-headless: real heap dumps\n.*sudo apt-get install .*openjdk-17-jdk-headless$/,
    );
  });
});
