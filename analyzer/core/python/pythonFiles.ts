import type { LoadedProcess } from "../loadedProcess";

/** Files of an interpreter, or of what it loads. */
const pythonFile = /python|\.cpython-3/i;

/** Whether anything of Python is mapped. */
export function mayHavePython({ modules, image }: LoadedProcess): boolean {
  return (
    modules.some(({ path }) => pythonFile.test(path)) ||
    image.mappings.some(({ path }) => pythonFile.test(path))
  );
}
