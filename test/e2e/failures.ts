import { afterEach } from "vitest";
import { Workbench } from "./workbench";

/** A test that fails leaves pictures and console errors, and says where. */
afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  for (const path of await Workbench.keepAll(task.name)) console.error(`Kept ${path}`);
});
