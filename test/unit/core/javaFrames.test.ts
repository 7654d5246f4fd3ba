import { describe, expect, it } from "vitest";
import { ProblemList } from "../../../analyzer/base/problems";
import { frameReferences } from "../../../analyzer/core/hotspot/frames/frameReferences";
import { type JavaCode, javaCodeOf } from "../../../analyzer/core/hotspot/frames/javaCode";
import { functionsOf } from "../../../analyzer/core/hotspot/frames/javaFunctions";
import { JavaObjects } from "../../../analyzer/core/hotspot/javaObjects";
import { findJavaRuntime } from "../../../analyzer/core/hotspot/javaRuntime";
import { VmFlags } from "../../../analyzer/core/hotspot/vmFlags";
import type { LoadedProcess } from "../../../analyzer/core/loadedProcess";
import { deadlocksIn } from "../../../analyzer/core/locks/deadlocks";
import { ManagedThreads } from "../../../analyzer/core/managed/managedThreads";
import type { ThreadSnapshot } from "../../../analyzer/core/processSnapshot";
import { StackWalk } from "../../../analyzer/core/unwind/stackWalk";
import { addresses, javaStackMemory, places, returnsToC } from "../../build/javaStackMemory";
import { moduleAt } from "../../build/processMemory";

const machine = javaStackMemory();

function processOf({ memory, libjvm } = machine) {
  return memory.process(memory.bytes(), [moduleAt(0, "/bin/java", [0x40_0000, 0x40_1000]), libjvm], 0);
}

/** Frames from registers on: `total:82 inlined`, names of stubs, then where the stack ends. */
function stackFrom(
  registers: { sp: number; pc: number; fp: number; more?: Record<number, number> },
  made = machine,
) {
  const image = processOf(made);
  const code: JavaCode = javaCodeOf(image)!;
  const all = image.architecture.registerNames.map((): bigint | undefined => undefined);
  all[7] = BigInt(registers.sp);
  all[16] = BigInt(registers.pc);
  all[6] = BigInt(registers.fp);
  for (const [number, value] of Object.entries(registers.more ?? {})) all[Number(number)] = BigInt(value);
  const { architecture, memory } = image;
  const inputs = { architecture, memory, moduleAt: () => undefined, generatedCode: () => code };
  const stack = new StackWalk(all, inputs, { mostFrames: 100, throwIfCancelled: () => undefined });
  const shown: string[] = [];
  for (let index = 0; index < stack.count(); index++) {
    const frame = stack.frameAt(index)!;
    const found = code.frameAt({ pc: frame.pc, registers: frame.registers, isExact: index === 0 });
    if (found === undefined) shown.push(`0x${frame.pc.toString(16)}`);
    else {
      const functions = functionsOf(code, found);
      if (functions.length === 0) shown.push(found.blob.name);
      for (const { method, line, isInlined, isExact } of functions)
        shown.push(
          `${method.className}.${method.name}:${line ?? ""}${isInlined ? " inlined" : ""}${isExact ? "" : " near"}`,
        );
    }
  }
  return shown;
}

const callers = [
  "com.acme.Shop$Till.total:45 inlined",
  "com.acme.Shop$Till.sell:33",
  "com.acme.Shop$Till.main:13",
  "StubRoutines (1)",
  `0x${returnsToC.toString(16)}`,
];

describe("a stack of Java", () => {
  it("goes from a native method through compiled and interpreted ones into C++", () => {
    expect(stackFrom(machine.registers)).toEqual(["com.acme.Shop$Till.print:", ...callers]);
  });

  const { compiledSp, mainFp, interpretedSp } = places;
  const { compiledCode } = addresses;

  // The code is: stack bang, push %rbp, sub $0x20, %rsp; … add $0x20, %rsp, pop %rbp, poll, ret.
  it.each<[string, number, number, number]>([
    ["before its first instruction", 0, compiledSp + 40, mainFp],
    ["before it pushes the frame pointer", 7, compiledSp + 40, mainFp],
    ["before it makes room", 8, compiledSp + 32, mainFp],
    ["behind its prologue", 12, compiledSp, 1],
    ["before it gives its room back", 0x80, compiledSp, 1],
    ["before it pops the frame pointer", 0x84, compiledSp + 32, 1],
    ["at the poll of a safepoint", 0x85, compiledSp + 40, mainFp],
    ["before the jump of the poll", 0x8c, compiledSp + 40, mainFp],
    ["at its return", 0x92, compiledSp + 40, mainFp],
  ])("has the caller of compiled code that was interrupted %s", (_, at, sp, fp) => {
    expect(stackFrom({ sp, pc: compiledCode + at, fp }).slice(-3)).toEqual(callers.slice(2));
  });

  it("has the bytecode that the interpreter was at in its register, not the one it noted before", () => {
    const pc = addresses.interpreter + 0x80;
    const bytecode = { 13: machine.places.mainCode + 2 };
    expect(stackFrom({ sp: interpretedSp, pc, fp: mainFp, more: bytecode })[0]).toBe(
      "com.acme.Shop$Till.main:10",
    );
    expect(stackFrom({ sp: interpretedSp, pc, fp: mainFp })[0]).toBe("com.acme.Shop$Till.main:13");
  });

  it("has the method that was being entered, and its caller, before there is a frame", () => {
    const pc = addresses.interpreter + 0x220;
    const sp = compiledSp - 0x100;
    const made = javaStackMemory();
    made.memory.words(sp, compiledCode + 0x40);
    const more = { 3: made.places.printMethod, 13: compiledSp, 14: 0 };
    expect(stackFrom({ sp, pc, fp: 0, more }, made)).toEqual(["com.acme.Shop$Till.print:", ...callers]);
  });

  it("has the caller of a stub without a frame by the call on top of the stack", () => {
    const made = javaStackMemory();
    const sp = compiledSp - 8;
    const call = compiledCode + 0x40;
    made.memory
      .write(call - 5, [0xe8])
      .int(call - 4, addresses.stubCode - call)
      .words(sp, call);
    expect(stackFrom({ sp, pc: addresses.stubCode + 4, fp: 1 }, made)).toEqual(["RuntimeStub", ...callers]);
  });

  it("has a method that is to go on interpreted where it was, not at the handler that it returns to", () => {
    const made = javaStackMemory();
    const { sp, pc, fp } = made.registers;
    made.memory.words(sp + 24, addresses.deoptimization).words(compiledSp, compiledCode + 0x40);
    expect(stackFrom({ sp, pc, fp }, made)).toEqual(["com.acme.Shop$Till.print:", ...callers]);
  });

  it("ends where a frame would have to be below the one it called", () => {
    const made = javaStackMemory();
    made.memory.words(mainFp, mainFp - 0x100, addresses.interpreter + 0x80);
    const shown = stackFrom(made.registers, made);
    expect(shown.length).toBeLessThan(8);
  });
});

describe("a thread of Java", () => {
  const image = processOf();
  const { architecture, memory } = image;
  const registers = [...image.threads[0]!.registers];
  registers[architecture.stackPointer] = BigInt(machine.registers.sp);
  registers[architecture.programCounter] = BigInt(machine.registers.pc);
  registers[architecture.framePointer] = BigInt(machine.registers.fp);
  const inputs = {
    architecture,
    memory,
    moduleAt: () => undefined,
    generatedCode: () => javaCodeOf(image),
  };
  const stack = new StackWalk(registers, inputs, { mostFrames: 100, throwIfCancelled: () => undefined });
  const process = {
    image,
    modules: [],
    stackOf: ({ lwp }: ThreadSnapshot) => (lwp === 7 ? stack : { frameAt: () => undefined }),
  } as unknown as LoadedProcess;
  const runtime = findJavaRuntime({ process, symbolize: () => [], problems: new ProblemList() })!;
  const first = image.threads[0]!;
  const told = runtime.threadOf(first)!;
  const other = runtime.threadOf({ ...first, index: 1, lwp: 8 })!;

  it("has its name, and what it says of itself", () => {
    expect(told).toMatchObject({
      name: "till",
      notes: ["is blocked (on object monitor), priority 7, daemon, Java thread 23"],
    });
    expect(other).toMatchObject({
      name: "printer",
      notes: ["is waiting (parking), priority 5, Java thread 24"],
    });
  });

  it("is missing with a word on the file that is needed, where the JVM's tables are not in the core", () => {
    const problems = new ProblemList();
    const { headers: _, ...bare } = machine.libjvm;
    const modules = [moduleAt(0, "/bin/java", [0x40_0000, 0x40_1000]), { ...bare, buildId: "ab12" }];
    const without = machine.memory.process(machine.memory.bytes(), modules, 0);
    const cut = { image: without, modules, stackOf: () => stack } as unknown as LoadedProcess;
    const inputs = { process: cut, symbolize: () => [], problems };
    const bareRuntime = findJavaRuntime(inputs)!;
    expect(bareRuntime).toMatchObject({ title: "a JVM" });
    expect(bareRuntime.threadOf(first)).toBeUndefined();
    // What its machinery waits for is known to be that all the same, and what a library of the program does is not.
    const threads = new ManagedThreads(inputs, () => [bareRuntime]);
    expect([modules[1], modules[0], undefined].map((module) => threads.isOfMachine(module))).toEqual([
      true,
      false,
      true,
    ]);
    expect(new ManagedThreads(inputs, () => []).isOfMachine(undefined)).toBe(false);
    expect(problems.toArray()).toMatchObject([
      {
        code: "java-frames-missing",
        message: expect.stringContaining("/opt/jdk/lib/libjvm.so with build id ab12"),
      },
    ]);
  });

  it("is one of a JVM that says what it was doing", () => {
    expect(runtime.title).toBe("JDK 25.0.1+8, Serial");
    expect(Object.fromEntries(runtime.facts!().map(({ name, value }) => [name, value]))).toEqual({
      "Main class and arguments": "com.acme.Shop --open",
      "JVM arguments": "-Xmx1g -ea",
      "Up for": "1 h 2 min",
      "Java threads": "2",
      Collections: "3, the last one for: System.gc(); none of those that stop all threads was going on",
    });
  });

  it("waits for the owner of a monitor, or of a lock of java.util.concurrent", () => {
    const words = "waits to lock the monitor of a com.acme.Shop$Till (0x80000300)";
    expect(told.wait).toMatchObject({ kind: "javaMonitor", owner: 8, ownerName: "printer", told: words });
    expect(other.wait).toMatchObject({
      kind: "javaLock",
      owner: 7,
      ownerName: "till",
      told: "is parked to wait for a com.acme.Lock (0x80000340)",
    });
    const [deadlock] = deadlocksIn([told.wait!, other.wait!], 2);
    expect(deadlock).toMatchObject({ kind: "circle", isCertain: true });
  });

  it("has the variables of its frames, by name where compilers wrote names", () => {
    const frames = told.places.flatMap((place) => place.frames);
    const shown = frames.map(({ function: name, variables }) => [
      name?.replace(/.*\./, ""),
      ...(variables?.() ?? []).map(({ name: variable, value }) => `${variable} = ${value.text}`),
    ]);
    const till = "com.acme.Shop$Till @ 0x80000300";
    expect(shown).toEqual([
      ["print", "argument1 = optimized out"],
      ["total", "this = optimized out", "till = optimized out"],
      ["sell", `this = ${till}`, "till = optimized out"],
      ["main", "cents = 42", `till = ${till}`],
      ["StubRoutines (1)"],
    ]);
  });

  it("refers to the objects in its frames, exactly in compiled ones", () => {
    const code = javaCodeOf(image)!;
    const objects = JavaObjects.of(code.structs, new VmFlags(code.structs))!;
    const found = [1, 2].map((index) => {
      const frame = stack.frameAt(index)!;
      const { pc, registers: own } = frame;
      const known = code.frameAt({ pc, registers: own, isExact: false })!;
      return frameReferences(code, objects, frame, known);
    });
    expect(found).toEqual([
      [{ object: 0x8000_0300, isExact: true }],
      [
        { object: 0x8000_0300, isExact: false },
        { object: 0x8000_0300, isExact: true },
      ],
    ]);
  });

  it("ends where a frame has numbers that no address is", () => {
    const made = javaStackMemory();
    const { layout } = javaCodeOf(processOf(made))!;
    // A step of eight bytes from such a number leads to the same one.
    made.memory.words(places.mainFp + 8 * layout.monitors, 2n ** 62n);
    made.memory.words(places.mainFp + 8 * layout.lastSp, 2n ** 62n - 2n ** 12n);
    const process = processOf(made);
    const code = javaCodeOf(process)!;
    const objects = JavaObjects.of(code.structs, new VmFlags(code.structs))!;
    const frame = stack.frameAt(2)!;
    const known = code.frameAt({ pc: frame.pc, registers: frame.registers, isExact: false })!;
    expect(code.relative(places.mainFp, layout.monitors)).toBeUndefined();
    expect(frameReferences(code, objects, frame, known)).toContainEqual({
      object: 0x8000_0300,
      isExact: false,
    });
  });

  it("says at its frames what they have locked, as thread dumps do", () => {
    const frames = told.places.flatMap((place) => place.frames);
    expect(frames.map(({ function: name, locks }) => [name, locks])).toEqual([
      ["com.acme.Shop$Till.print", ["waiting to lock a com.acme.Shop$Till (0x80000300)"]],
      ["com.acme.Shop$Till.total", undefined],
      ["com.acme.Shop$Till.sell", ["locked a com.acme.Shop$Till (0x80000300)"]],
      ["com.acme.Shop$Till.main", ["locked a com.acme.Shop$Till (0x80000300)"]],
      ["StubRoutines (1)", undefined],
    ]);
  });
});
