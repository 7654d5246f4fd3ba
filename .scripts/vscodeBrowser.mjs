// The browser that stands for VS Code's window.
import { chromium } from "playwright-core";
import { browserPath } from "./needs.mjs";

/** Launches Chromium with a fresh profile, quiet and without a sandbox (containers run as root). */
export async function launchBrowser() {
  const executablePath = browserPath();
  if (executablePath === undefined) {
    throw new Error(
      "No Chromium found. On Debian or Ubuntu: sudo apt-get install -y --no-install-recommends chromium",
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
