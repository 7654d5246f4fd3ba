import { randomBytes } from "node:crypto";
import { Uri, type Webview } from "vscode";
import { viewShell } from "./viewShell";

/** The document of a dump editor. */
export function viewHtml(webview: Webview, extensionUri: Uri): string {
  const asset = (name: string) =>
    webview.asWebviewUri(Uri.joinPath(extensionUri, "dist", "webview", name)).toString();
  return viewShell({
    script: asset("webview.js"),
    style: asset("webview.css"),
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString("base64"),
  });
}
