import { existsSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import type { ByteSource } from "../../base/byteSource";
import { CachedSource } from "../../base/cachedSource";
import { isOnAnotherMachine } from "../../base/otherMachines";
import { objectFileOrUndefined } from "../../core/knownFormats";
import type { LoadedModule } from "../../core/modules/loadedModule";
import type { SearchPlaces } from "../../core/modules/moduleFiles";
import type { ObjectFile } from "../../core/objectFile";
import type { ProcessSnapshot } from "../../core/processSnapshot";
import type { CoreOptions } from "../../protocol/dump/open";
import { FileSource } from "../files/fileSource";
import { pathInRoot } from "./pathInRoot";
import { SectionStore } from "./unpackSection";

/**
 * Files of modules, opened once each by path. A core names paths of another machine: only regular files are opened,
 * so that a device or a pipe of that name here is never waited for, and none of another machine that the user did
 * not name.
 */
export class ModuleFileStore {
  /** How sections of these files are read. */
  readonly sections = new SectionStore();
  private readonly sources = new Map<string, FileSource | undefined>();
  private readonly times = new Map<string, number | undefined>();
  /** What of it is on another machine. */
  private readonly named: readonly string[];
  private readonly sysroot: string | undefined;

  /** @param places what the user named: its files are opened wherever they are */
  constructor({ program, sysroot, folders, debugRoots }: SearchPlaces) {
    this.sysroot = sysroot;
    this.named = [program, sysroot, ...folders, ...debugRoots].filter(
      (place) => place !== undefined && isOnAnotherMachine(place),
    ) as string[];
  }

  /** @returns undefined when there is no such regular file or it cannot be read */
  open(path: string): ByteSource | undefined {
    if (!this.sources.has(path)) {
      const real = this.sysroot === undefined ? path : pathInRoot(this.sysroot, path);
      this.sources.set(path, this.mayOpen(path) && this.mayOpen(real) ? openRegularFile(real) : undefined);
    }
    return this.sources.get(path);
  }

  private mayOpen(path: string): boolean {
    return !isOnAnotherMachine(path) || this.named.some((place) => path.startsWith(place));
  }

  /** The file as an object file with small reads kept; undefined when it is not one. */
  openObjectFile(path: string | undefined): ObjectFile | undefined {
    const source = path === undefined ? undefined : this.open(path);
    return source === undefined ? undefined : objectFileOrUndefined(new CachedSource(source));
  }

  /** When the local file of a module was last written, in milliseconds since 1970; undefined when there is none. */
  modifiedMs({ match: { path } }: LoadedModule): number | undefined {
    if (path === undefined) return undefined;
    if (!this.times.has(path)) {
      this.times.set(path, statSync(path, { throwIfNoEntry: false })?.mtimeMs);
    }
    return this.times.get(path);
  }

  /** Looks again for what was not there before: something was downloaded. */
  forgetMissing(): void {
    for (const [path, source] of this.sources) if (source === undefined) this.sources.delete(path);
  }

  close(): void {
    for (const source of this.sources.values()) source?.close();
    this.sources.clear();
    this.sections.close();
  }
}

function openRegularFile(path: string): FileSource | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return statSync(path).isFile() ? FileSource.open(path) : undefined;
  } catch {
    // Not readable is as good as not there: the search goes on, and the path stays in the list of tried ones.
    return undefined;
  }
}

const debugRoot = "/usr/lib/debug";

/** Where to look for the modules of a core, by the user's options. A sysroot closes the search: beside it there is only what the user named. */
export function searchPlacesOf(corePath: string, options: CoreOptions): SearchPlaces {
  const { program, sysroot, debugInfoPaths = [], allowMismatch = false } = options;
  const cache = debuginfodCacheOf(options);
  const named = { allowMismatch, ...(program === undefined ? {} : { program }) };
  if (sysroot !== undefined) {
    return { ...named, sysroot, folders: debugInfoPaths, debugRoots: [join(sysroot, debugRoot), cache] };
  }
  return { ...named, folders: [dirname(corePath), ...debugInfoPaths], debugRoots: [debugRoot, cache] };
}

/** The same, with what the program the user named has beside it. */
export function placesBeside(
  places: SearchPlaces,
  { modules }: Pick<ProcessSnapshot, "modules">,
  program: ObjectFile | undefined,
): SearchPlaces {
  const recorded = modules.find(({ kind }) => kind === "executable")?.path;
  if (places.program === undefined || program === undefined || recorded === undefined) return places;
  const { sysroot } = places;
  const path = resolve(places.program);
  const real = realpathSync(sysroot === undefined ? path : pathInRoot(sysroot, path));
  const moved = {
    recorded,
    folder: dirname(real).replaceAll(sep, "/"),
    libraryFolders: program.libraryFolders(),
  };
  return { ...places, moved };
}

/** Downloaded files are kept in `.build-id` folders below this one. */
export function debuginfodCacheOf({ debuginfodCache }: CoreOptions): string {
  return (
    debuginfodCache ??
    join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "exhume", "debuginfod")
  );
}
