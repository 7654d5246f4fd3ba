import { appendFileSync, cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { deleteRun, type JvmRun, runJvm } from "../build/jvmCores";
import { buildProgram, coreOf } from "../build/nativePrograms";
import { DebugViews } from "./debugSession";
import { Workbench } from "./workbench";

const growing = join(__dirname, "../programs/java/triage/Growing.java");
let workbench: Workbench;
let jvm: JvmRun;
beforeAll(async () => {
  jvm = await runJvm(
    {
      release: 17,
      scenario: "healthy",
      seconds: 0,
      flags: ["-XX:+UseSerialGC"],
      heapMiB: 32,
      writesCore: true,
    },
    "journey",
  );
  const program = buildProgram({ sources: ["heapBlocks.cpp"], compiler: "g++", flags: ["-g", "-O1"] });
  const core = await coreOf(program, ["leak"]);
  workbench = await Workbench.open();
  cpSync(core, join(workbench.folder, "core.4711"));
  cpSync(jvm.core, join(workbench.folder, "core.4712"));
  cpSync(growing, join(workbench.folder, "Growing.java"));
  for (const name of ["nmt-17-summary.txt", "gc-17-g1.txt", "threads-25.txt", "smaps-rollup.txt"])
    cpSync(join(__dirname, "../texts", name), join(workbench.folder, name));
});
afterAll(async () => {
  if (jvm !== undefined) deleteRun(jvm);
  await workbench?.close();
});

function lineOf(text: string): number {
  const lines = readFileSync(growing, "utf8").split("\n");
  return lines.findIndex((line) => line.includes(text)) + 1;
}

it("opens a saved text from the explorer by its content", async () => {
  await workbench.show("nmt-17-summary.txt", "Overview");
  const { view } = workbench;
  await view.getByText("Committed").first().waitFor();
  expect(await view.locator(".key-value").first().textContent()).toContain("157 MiB");
  const heap = view
    .getByRole("table", { name: "Committed by category" })
    .locator("tr", { hasText: "Java Heap" });
  expect(await heap.textContent()).toMatch(/^Java Heap[\d.]+ MiBof [\d.]+ MiB$/);
  await workbench.chooseTab("Tables");
  await view.getByText("Java Heap").first().waitFor();
  await workbench.screenshot("text-lists");
});

it("draws the heap after collections, read by keys", async () => {
  await workbench.show("gc-17-g1.txt", "Overview");
  const chart = workbench.view.getByRole("slider", { name: "Heap after collections" });
  await chart.waitFor();
  const said = () => chart.getAttribute("aria-valuetext");
  const last = await said();
  expect(last).toMatch(/^Time [\d.]+ s, After a collection 11\.0 MiB, Maximum heap 128 MiB$/);
  await workbench.step(
    "the first collection",
    () => chart.press("Home", { timeout: 5_000 }),
    async () => (await said()) !== last && (await chart.getAttribute("aria-valuenow")) === "0",
  );
  await workbench.screenshot("gc-chart-dark");
});

it("weighs the causes and says what to capture next", async () => {
  await workbench.show("nmt-17-summary.txt", "Triage");
  const { view } = workbench;
  await view.getByRole("heading", { name: /Not determined/ }).waitFor();
  await view.locator(".tile").first().waitFor();
  expect(await view.locator(".capture code").count()).toBeGreaterThan(0);
  await workbench.screenshot("triage");
});

it("weighs several files of one process together, chosen in the explorer", async () => {
  const files = ["nmt-17-summary.txt", "gc-17-g1.txt", "smaps-rollup.txt"];
  const { view } = workbench;
  const inputs = view.getByRole("region", { name: "Inputs" }).locator("li");
  await workbench.chooseInExplorer(
    "smaps-rollup.txt",
    "Triage Memory of This Process",
    async () => (await workbench.activeView("Triage").isVisible()) && (await inputs.count()) === 3,
    files,
  );
  for (const file of files) await inputs.filter({ hasText: file }).waitFor();
  await workbench.screenshot("triage-several");
});

it("shows whose every byte of a core is", async () => {
  await workbench.show("core.4711", "Memory");
  const { view } = workbench;
  await view.locator(".map-mark").first().waitFor();
  await workbench.rows().first().waitFor();
  const map = view.getByRole("slider", { name: "Address space, to scale" });
  const drawn = () => map.getAttribute("aria-valuetext");
  const press = (key: string, shown: () => Promise<boolean>) =>
    workbench.step(`${key} on the map`, () => map.press(key, { timeout: 5_000 }), shown);
  const whole = await drawn();
  for (const key of ["+", "+", "+"]) {
    const previous = await drawn();
    await press(key, async () => (await drawn()) !== previous);
  }
  expect(await drawn()).toMatch(/0x.* 12\.5 % shown$/s);
  await press("Home", async () => (await drawn()) === whole);
  await workbench.screenshot("regions");
});

it("goes from a region to its bytes, its thread and its module", async () => {
  const { view } = workbench;
  const onlyRow = async (text: string) => {
    await workbench.show("core.4711", "Memory");
    const filter = view.getByRole("toolbar", { name: "Regions" }).locator("input");
    await workbench.step(
      `regions with ${text}`,
      () => filter.fill(text, { timeout: 5_000 }),
      async () =>
        (await workbench.rows().count()) > 0 &&
        (await workbench.rows().count()) === (await workbench.rows().filter({ hasText: text }).count()),
    );
  };
  await onlyRow("malloc main heap");
  await workbench.chooseInRow("malloc main heap", "Show Bytes", workbench.activeView("Bytes"));
  await view.locator(".memory-head", { hasText: "malloc main heap" }).waitFor();
  await workbench.rows().filter({ hasText: /0x/ }).first().waitFor();
  await workbench.screenshot("bytes");
  await workbench.click(view.getByRole("button", { name: "Show Blocks" }), workbench.activeView("Malloc"));

  await onlyRow("stack of main thread");
  await workbench.chooseInRow("stack of main thread", "Go to Thread", workbench.activeView("Threads"));
  await view.locator(".stack-pane", { hasText: "main" }).waitFor();

  await onlyRow("libc.so.6 text");
  await workbench.chooseInRow("libc.so.6 text", "Go to Module", workbench.activeView("Modules"));
  await view.locator(".grid-rows [role=row][aria-selected=true]", { hasText: "libc.so.6" }).waitFor();
});

it("has Java in the stacks of a JVM's core, and goes to its line", async () => {
  await workbench.show("core.4712", "Threads");
  const { view } = workbench;
  const main = workbench.rows().filter({ hasText: "Growing.main" });
  await workbench.click(main.first(), view.locator(".stack-pane", { hasText: "java.lang.Thread.sleep" }));
  const frames = view.locator(".stack-pane li");
  await frames.filter({ hasText: "JavaMain" }).first().waitFor();
  await workbench.screenshot("java-stack");
  const frame = frames.filter({ hasText: "Growing.main" }).getByRole("button");
  await workbench.click(frame, workbench.atSource("Growing.java", lineOf("Thread.sleep(600_000)")));
});

it("goes from the Java heap of a core to its objects by class", async () => {
  await workbench.show("core.4712", "Memory");
  const { view } = workbench;
  await workbench.chooseInRow("Java heap (Serial)", "Show Objects", workbench.activeView("Java Heap"));
  await workbench.rows().filter({ hasText: "java.lang.String" }).first().waitFor();
  await view.getByText("Objects", { exact: true }).first().waitFor();
  await workbench.screenshot("core-java-heap");
});

it("debugs a JVM's core: a Java frame at its line with its locals, in a stack that goes on into native frames", async () => {
  const views = new DebugViews(workbench);
  const { calls, variables } = views;
  const size = workbench.page.viewportSize()!;
  onTestFinished(() => workbench.page.setViewportSize(size));
  await workbench.hasFile("core.4712");
  // A JVM has more frames than VS Code draws in a window of the usual height.
  await workbench.page.setViewportSize({ ...size, height: 2 * size.height });
  // The session begins with Java's main, not with the launcher's thread that got the signal.
  await workbench.chooseInExplorer("core.4712", "Debug Dump", calls.filter({ hasText: /^Growing\.main/ }));
  await calls
    .filter({ hasText: /^main \d+ · Growing\.main/ })
    .first()
    .waitFor();
  const line = lineOf("Thread.sleep(600_000)");
  await views.goTo(/^Growing\.main/, workbench.atSource("Growing.java", line));
  await calls
    .filter({ hasText: /^JavaCalls::call_helper/ })
    .first()
    .waitFor();
  await views.fold(
    variables.filter({ hasText: /^Locals$/ }).first(),
    true,
    variables.filter({ hasText: /^mode\W*"healthy"/ }),
  );
  await workbench.screenshot("debug-java-frame");
  await views.end();
});

it("goes from a core in the explorer to the field that holds most of its Java heap", async () => {
  const { view } = workbench;
  await workbench.chooseInExplorer(
    "core.4712",
    "Open Java Heap of Core",
    view.getByRole("heading", { name: "Java heap of core.4712" }),
  );
  await workbench.chooseTab("Leak Suspects");
  const holder = view.getByRole("button", { name: "Go to Holding Field" });
  await holder.first().waitFor();
  await workbench.screenshot("core-heap-suspects");
  await workbench.click(holder, workbench.atSource("Growing.java", lineOf("List<Object> kept")));
});

it("saves the Java heap of a core as a heap dump, which opens like any other", async () => {
  const { page, folder, view } = workbench;
  await workbench.show("core.4712", "Overview");
  const input = page.locator(".quick-input-widget input.input:visible").first();
  await workbench.command("Exhume: Save as Heap Dump…", input);
  await expect.poll(() => input.inputValue()).toBe(join(folder, "core.4712.hprof"));
  await workbench.screenshot("save-heap-dump");
  await input.press("Enter");
  await workbench.hasFile("core.4712.hprof");
  await workbench.show("core.4712.hprof", "Leak Suspects");
  await view.getByRole("button", { name: "Go to Holding Field" }).first().waitFor();
});

it("says above the Java heap of a core that its file was written anew", async () => {
  const { view, page, folder } = workbench;
  await workbench.click(
    page.locator(".tab[aria-label^='core.4712 (Java heap)']"),
    view.getByRole("heading", { name: "Java heap of core.4712" }),
  );
  await workbench.chooseTab("Leak Suspects");
  appendFileSync(join(folder, "core.4712"), "more");
  const banner = view.getByRole("alert").filter({ hasText: "Changed on disk" });
  await banner.waitFor();
  await workbench.screenshot("core-heap-changed");
  await workbench.click(
    view.getByRole("button", { name: "Reopen" }),
    async () => !(await banner.isVisible()),
  );
  await view.getByRole("button", { name: "Go to Holding Field" }).first().waitFor();
});

it("lists leaked blocks by type", async () => {
  await workbench.show("core.4711", "Malloc");
  const { view } = workbench;
  await view.getByText("Widget").first().waitFor();
  await workbench.screenshot("malloc");
  const showBlocks = (size: string, shown: string) =>
    workbench.step(
      `blocks of ${size}`,
      async () => {
        const table = view.getByRole("grid", { name: "Used blocks by size" });
        await table
          .locator("[role=row]", { hasText: size })
          .first()
          .click({ button: "right", timeout: 5_000 });
        await view
          .getByRole("menuitem", { name: "Show Blocks of This Size" })
          .first()
          .click({ timeout: 5_000 });
      },
      view.getByText(shown),
    );
  // What the blocks of a size hold, and what holds them: a pool of the C++ library, and Widgets that nothing holds.
  await showBlocks("71.0 KiB", "Some blocks of 71.0 KiB");
  await view
    .locator(".capture")
    .getByText(/Held by 0x[0-9a-f]+ \S+/)
    .first()
    .waitFor();
  await workbench.screenshot("malloc-held");
  await showBlocks("48 B", "Some blocks of 48 B");
  await view.locator(".byte-rows", { hasText: "widget" }).first().waitFor();
  await view.getByText("Nothing in the dump refers to this block.").first().waitFor();
  await workbench.screenshot("malloc-blocks");
});

it("calls a native leak by its name", async () => {
  await workbench.show("core.4711", "Triage");
  await workbench.view.getByRole("heading", { name: /Retention/ }).waitFor();
  await workbench.screenshot("triage-core");
});
