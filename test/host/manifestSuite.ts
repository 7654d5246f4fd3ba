import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands, extensions } from "vscode";
import { activated } from "./exhume";

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          { readonly markdownDescription?: string; readonly type: string; readonly enum?: readonly string[] }
        >
      >;
    };
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly media: { readonly markdown?: string; readonly image?: string };
      }[];
    }[];
  };
  readonly capabilities: {
    readonly untrustedWorkspaces: {
      readonly supported: unknown;
      readonly restrictedConfigurations: string[];
    };
    readonly virtualWorkspaces: { readonly supported: unknown; readonly description: string };
  };
}

export function manifestSuite(): void {
  suite("manifest", () => {
    const extension = () => extensions.getExtension("exhume.exhume")!;
    const manifest = () => extension().packageJSON as Manifest;

    test("every contributed command is registered", async () => {
      await activated();
      const registered = new Set(await commands.getCommands(true));
      const missing = manifest().contributes.commands.filter(({ command }) => !registered.has(command));
      assert.deepEqual(missing, []);
    });

    test("every setting says what it does", () => {
      for (const [name, setting] of Object.entries(manifest().contributes.configuration.properties)) {
        assert.ok((setting.markdownDescription ?? "").length > 20, name);
      }
    });

    test("the walkthrough's pages and pictures are there", () => {
      const pages = manifest().contributes.walkthroughs.flatMap(({ steps }) =>
        steps.map(({ media }) => media.markdown ?? media.image),
      );
      assert.ok(pages.length >= 3);
      for (const page of pages)
        assert.ok(readFileSync(join(extension().extensionPath, page!), "utf8").length > 50);
    });

    test("nothing that a workspace names is used before it is trusted", () => {
      const { untrustedWorkspaces, virtualWorkspaces } = manifest().capabilities;
      assert.equal(untrustedWorkspaces.supported, "limited");
      // Free text names a program, a folder, a file or a commit; a choice or a number names nothing.
      const { properties } = manifest().contributes.configuration;
      const naming = Object.keys(properties).filter((name) => {
        const { type, enum: choices } = properties[name]!;
        return type !== "boolean" && type !== "integer" && choices === undefined;
      });
      assert.ok(naming.includes("exhume.analyzer.nodePath"));
      assert.deepEqual([...untrustedWorkspaces.restrictedConfigurations].sort(), naming.sort());
      assert.equal(virtualWorkspaces.supported, false);
    });
  });
}
