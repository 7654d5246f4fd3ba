import type { LoadedProcess } from "../loadedProcess";

/** Programs that have V8 in them. */
export const v8File = /\/(node|nodejs|d8|electron|code|libnode\.so)[^/]*$/i;

export function mayHaveV8({ modules }: LoadedProcess): boolean {
  return modules.some(({ path }) => v8File.test(path));
}
