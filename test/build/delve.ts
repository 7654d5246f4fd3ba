import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/** What Delve says of a core of a Go program: it is another debugger, of people who know Go. */

export interface DelveVariable {
  readonly name: string;
  /** `reflect.Kind` */
  readonly kind: number;
  readonly type: string;
  readonly value: string;
  readonly len: number;
  readonly cap: number;
  /** Of a slice: its first element. */
  readonly base: number;
  readonly addr: number;
  readonly flags: number;
  readonly children: readonly DelveVariable[];
  readonly unreadable: string;
}

export interface DelveFrame {
  readonly pc: number;
  readonly file: string;
  readonly line: number;
  readonly function: { readonly name: string } | null;
  readonly Locals: readonly DelveVariable[] | null;
  readonly Arguments: readonly DelveVariable[] | null;
}

export interface DelveGoroutine {
  readonly id: number;
  readonly frames: readonly DelveFrame[];
}

const release = "v1.27.2";
const mostFrames = 64;

/** Every goroutine that Delve finds in a core, with its frames and what they have. */
export async function askDelve(program: string, core: string): Promise<DelveGoroutine[]> {
  const folder = mkdtempSync(join(tmpdir(), "delve-"));
  const listen = join(folder, "socket");
  const args = [
    "core",
    program,
    core,
    "--headless",
    "--api-version=2",
    "--check-go-version=false",
    `--listen=unix:${listen}`,
  ];
  const process = spawn(installedDelve(), args, { stdio: "ignore" });
  try {
    const server = new DelveServer(await connectedTo(listen));
    const { Goroutines: all } = await server.ask<{ Goroutines: { id: number }[] }>("ListGoroutines", {});
    const found: DelveGoroutine[] = [];
    for (const { id } of all) {
      const cfg = {
        FollowPointers: false,
        MaxVariableRecurse: 1,
        MaxStringLen: 4096,
        MaxArrayValues: 16,
        MaxStructFields: -1,
      };
      const { Locations: frames } = await server.ask<{ Locations: DelveFrame[] }>("Stacktrace", {
        ...{ Id: id, Depth: mostFrames, Full: true, Cfg: cfg },
      });
      found.push({ id, frames });
    }
    server.close();
    return found;
  } finally {
    process.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function connectedTo(path: string): Promise<Socket> {
  for (let tries = 0; ; tries++) {
    const socket = connect(path);
    const isOpen = await new Promise<boolean>((done) => {
      socket.once("connect", () => done(true));
      socket.once("error", () => done(false));
    });
    if (isOpen) return socket;
    if (tries > 300) throw new Error("Delve does not listen");
    await sleep(100);
  }
}

class DelveServer {
  private readonly waiting: ((answer: { readonly result: unknown; readonly error: unknown }) => void)[] = [];
  private asked = 0;

  constructor(private readonly socket: Socket) {
    createInterface({ input: socket }).on("line", (line) => this.waiting.shift()?.(JSON.parse(line)));
    socket.on("close", () => {
      for (const answer of this.waiting.splice(0)) answer({ result: undefined, error: "Delve has ended" });
    });
  }

  async ask<Answer>(method: string, parameters: object): Promise<Answer> {
    const request = { method: `RPCServer.${method}`, params: [parameters], id: this.asked++ };
    this.socket.write(`${JSON.stringify(request)}\n`);
    const { result, error } = await new Promise<{ result: unknown; error: unknown }>((done) => {
      this.waiting.push(done);
    });
    if (error !== null && error !== undefined) throw new Error(String(error));
    return result as Answer;
  }

  close(): void {
    this.socket.end();
  }
}

function installedDelve(): string {
  const folder = resolve(__dirname, "../../.cache/go/delve");
  const command = join(folder, "dlv");
  if (!existsSync(command))
    execFileSync("go", ["install", `github.com/go-delve/delve/cmd/dlv@${release}`], {
      env: { ...process.env, GOBIN: folder },
    });
  return command;
}
