import { visibleControls } from "../../base/foreignText";

/** What is read from: a terminal. */
export interface SecretInput {
  setRawMode(on: boolean): unknown;
  on(event: "data", take: (bytes: Uint8Array) => void): unknown;
  off(event: "data", take: (bytes: Uint8Array) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/**
 * Asks for a line that does not appear on the terminal.
 * @returns undefined when it was given up (Ctrl+C, Ctrl+D) or is empty
 */
export function askSecretOn(
  input: SecretInput,
  print: (text: string) => void,
  prompt: string,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const typed: number[] = [];
    const end = (answer: string | undefined) => {
      input.off("data", take);
      input.setRawMode(false);
      input.pause();
      print("\n");
      resolve(answer === "" ? undefined : answer);
    };
    const take = (bytes: Uint8Array) => {
      for (const byte of bytes) {
        if (byte === 0x03 || byte === 0x04) return end(undefined);
        if (byte === 0x0d || byte === 0x0a) return end(Buffer.from(typed).toString("utf8"));
        if (byte === 0x7f || byte === 0x08) eraseCharacter(typed);
        else if (typed.length < longestSecret) typed.push(byte);
      }
    };
    input.setRawMode(true);
    input.on("data", take);
    input.resume();
    // Last: whoever sees it may type.
    print(`${visibleControls(prompt)}: `);
  });
}

const longestSecret = 10_000;

/** Bytes of UTF-8 that continue a character go with it. */
function eraseCharacter(typed: number[]): void {
  let last = typed.pop();
  while (last !== undefined && (last & 0xc0) === 0x80) last = typed.pop();
}
