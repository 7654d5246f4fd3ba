import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { serveLanguageClient } from "../fronts/lsp/server";

serveLanguageClient({ connection: createConnection(ProposedFeatures.all), workerFolder: __dirname });
