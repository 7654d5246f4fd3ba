import { randomBytes } from "node:crypto";
import { Uri, type Webview } from "vscode";

/**
 * The static shell of a dump editor. Everything in it is ours; what comes from a dump is drawn by the script.
 * The toolkit finds the nonce for its one style element in the `csp-nonce` property.
 */
export function viewHtml(webview: Webview, extensionUri: Uri): string {
  const asset = (name: string) => webview.asWebviewUri(Uri.joinPath(extensionUri, "dist", "webview", name));
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${asset("webview.css")}">
<title>Exhume</title>
</head>
<body>
<div id="app"></div>
<script type="module" nonce="${nonce}" src="${asset("webview.js")}"></script>
</body>
</html>`;
}
