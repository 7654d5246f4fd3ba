import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { ExhumeError } from "../../base/errors";
import { unwatched, type Work } from "../../base/work";
import type { ParamsOf, ResultOf } from "../../protocol/requests";
import type { SourceAnswer, sourceRequests } from "../../protocol/source/sources";
import type { DeclarationIndex } from "../../sources/declarationIndex";
import { declaredNamesOf } from "../../sources/declaredNames";
import { type FoundPlaces, findClass, findField, findFrame, type Sources } from "../../sources/findInSources";
import { languageOfPath } from "../../sources/language";
import { findNative, type NativePlaces } from "../../sources/pathMap";
import { filesOf, indexSources, type SourceIndex } from "../../sources/sourceIndex";
import { archivePathOrUndefined, indexArchiveOrUndefined } from "./archiveTree";
import { declarationsOfFolder, rememberedDeclarations } from "./declarationsOfFolder";
import { folderTree, readSource } from "./folderTree";
import { findSourceArchives } from "./libraries";
import { indexNativeNames, isNativeSource, type NativeNames } from "./nativeNames";
import { readFromZip } from "./zipArchive";

/** A list of files older than this is made again when a question finds nothing: watchers miss files. */
const staleAfterMs = 2_000;
/** Making lists again takes at most one part in so many of the time. */
const staleAfterListings = 10;

/**
 * Answers `source/*`. Indexes are made in the background on first use and kept; a watcher reports changes through
 * {@link SourceService.filesChanged}. A question that finds nothing lists the folders again, unless that was just done.
 */
export class SourceService {
  private roots: readonly string[] = [];
  private readonly folders = new Map<string, FolderIndexes>();
  private archives: Promise<readonly SourceIndex[]> | undefined;

  /** @param environment where the caches of build tools are looked for, and declarations are remembered */
  constructor(
    private readonly environment: NodeJS.ProcessEnv = process.env,
    /** Folder with the worker bundles; without it sources are read in this thread. */
    private readonly workerFolder?: string,
  ) {}

  /** Workspace folders, best first; their listing begins now and blocks nobody. */
  setRoots(roots: readonly string[]): void {
    this.roots = roots;
    for (const root of this.folders.keys()) if (!roots.includes(root)) this.folders.delete(root);
    for (const root of roots) void this.folderOf(root).names.get();
  }

  /** What a file watcher saw. Created and deleted files change the lists, changed ones only the declarations. */
  filesChanged(
    changes: readonly { readonly path: string; readonly kind: "created" | "changed" | "deleted" }[],
  ): void {
    for (const [root, indexes] of this.folders) {
      const below = changes.filter((change) => change.path.startsWith(root));
      if (below.some(({ path, kind }) => kind !== "changed" && isNativeSource(path))) indexes.native.forget();
      const inside = below.filter(({ path }) => languageOfPath(path) !== undefined);
      if (inside.some((change) => change.kind !== "changed")) indexes.forget();
      else if (inside.length > 0) indexes.forgetDeclarations();
    }
  }

  readonly answers: {
    readonly [M in keyof typeof sourceRequests]: (params: ParamsOf<M>, work: Work) => Promise<ResultOf<M>>;
  } = {
    "source/class": (params, work) =>
      this.find(params, work, (sources) => findClass(sources, params.className, params.file, work)),
    "source/field": (params, work) =>
      this.find(params, work, (sources) => findField(sources, params.className, params.field, work)),
    "source/frame": (params, work) => this.find(params, work, (sources) => findFrame(sources, params, work)),
    "source/native": (params) => this.native(params),
    "source/text": (params) => this.text(params.path),
    "source/declarations": (params) => this.declarations(params.path, params.text),
  };

  private async find(
    scope: { readonly roots?: readonly string[] },
    work: Work,
    ask: (sources: Sources) => Promise<FoundPlaces>,
  ): Promise<SourceAnswer> {
    const roots = scope.roots ?? this.roots;
    const first = await ask(await this.sources(roots, false));
    if (first.places.length > 0) return answerOf(first);
    const stale = roots.map((root) => this.folderOf(root)).filter(({ names }) => names.isStale);
    for (const folder of stale) folder.forget();
    if (stale.length > 0) work.report("Listing source folders", 0);
    return answerOf(await ask(await this.sources(roots, true)));
  }

  /** Archives are only opened once the workspace had no answer. */
  private async sources(roots: readonly string[], withArchives: boolean): Promise<Sources> {
    const folders = roots.map((root) => this.folderOf(root));
    const indexes = await Promise.all(folders.map((folder) => folder.names.get()));
    const archives = withArchives ? await this.archiveIndexes() : [];
    const noDeclarations: DeclarationIndex = new Map();
    return {
      indexes: [...indexes, ...archives],
      declarationsOf: async (index) => folders[indexes.indexOf(index)]?.declarations() ?? noDeclarations,
    };
  }

  private folderOf(root: string): FolderIndexes {
    let folder = this.folders.get(root);
    if (folder === undefined) {
      folder = new FolderIndexes(root, (files) => this.declarationsIn(root, files));
      this.folders.set(root, folder);
    }
    return folder;
  }

  private declarationsIn(root: string, files: readonly string[]): Promise<DeclarationIndex> {
    const request = { root, files, remembered: rememberedDeclarations(root, this.environment) };
    return declarationsOfFolder(request, this.workerFolder);
  }

  private archiveIndexes(): Promise<readonly SourceIndex[]> {
    this.archives ??= findSourceArchives(this.environment).then(async (paths) => {
      const indexes: SourceIndex[] = [];
      for (const path of paths) {
        const index = await indexArchiveOrUndefined(path);
        if (index !== undefined) indexes.push(index);
      }
      return indexes;
    });
    return this.archives;
  }

  private async native(params: ParamsOf<"source/native">): Promise<ResultOf<"source/native">> {
    const roots = params.roots ?? this.roots;
    const first = await this.findNative(roots, params);
    const stale = roots.map((root) => this.folderOf(root)).filter(({ native }) => native.isStale);
    if (first.places.length > 0 || stale.length === 0) return nativeAnswer(first, roots, params);
    for (const folder of stale) folder.native.forget();
    return nativeAnswer(await this.findNative(roots, params), roots, params);
  }

  private async findNative(
    roots: readonly string[],
    params: ParamsOf<"source/native">,
  ): Promise<NativePlaces> {
    const names = await Promise.all(roots.map((root) => this.folderOf(root).native.get()));
    return findNative(params.path, params.pathMap ?? [], {
      exists: (path) =>
        stat(path).then(
          (file) => file.isFile(),
          () => false,
        ),
      filesNamed: (name) => names.flatMap((native) => native.get(name) ?? []),
    });
  }

  private async text(path: string): Promise<{ readonly text: string }> {
    const inside = archivePathOrUndefined(path);
    const text =
      inside === undefined
        ? await readSource(path)
        : await readFromZip(inside.archive, inside.name).catch(() => undefined);
    if (text === undefined) throw new ExhumeError({ code: "notFound", what: path });
    return { text };
  }

  private async declarations(
    path: string,
    shown: string | undefined,
  ): Promise<ResultOf<"source/declarations">> {
    const language = languageOfPath(path);
    const text = shown ?? (await readSource(path));
    return {
      declared: language === undefined || text === undefined ? [] : declaredNamesOf(path, text, language),
    };
  }
}

/** A list of what a folder has, made once until it is forgotten. */
class Listing<T> {
  private listed: Promise<T> | undefined;
  private staleFromMs = 0;

  constructor(private readonly list: () => Promise<T>) {}

  get(): Promise<T> {
    this.listed ??= this.begin();
    return this.listed;
  }

  get isStale(): boolean {
    return Date.now() > this.staleFromMs;
  }

  forget(): void {
    this.listed = undefined;
  }

  private begin(): Promise<T> {
    const beganMs = Date.now();
    const keepFromNow = () => {
      const nowMs = Date.now();
      this.staleFromMs = nowMs + Math.max(staleAfterMs, staleAfterListings * (nowMs - beganMs));
    };
    keepFromNow();
    return this.list().finally(keepFromNow);
  }
}

/** The lists of one folder. */
class FolderIndexes {
  readonly names: Listing<SourceIndex>;
  readonly native: Listing<NativeNames>;
  private declarationsPromise: Promise<DeclarationIndex> | undefined;

  constructor(
    root: string,
    private readonly readDeclarations: (files: readonly string[]) => Promise<DeclarationIndex>,
  ) {
    this.names = new Listing(() => indexSources(folderTree(root), unwatched));
    this.native = new Listing(() => indexNativeNames(folderTree(root)));
  }

  declarations(): Promise<DeclarationIndex> {
    this.declarationsPromise ??= this.names.get().then((index) => this.readDeclarations([...filesOf(index)]));
    return this.declarationsPromise;
  }

  forget(): void {
    this.names.forget();
    this.native.forget();
    this.declarationsPromise = undefined;
  }

  forgetDeclarations(): void {
    this.declarationsPromise = undefined;
  }
}

function answerOf(found: FoundPlaces): SourceAnswer {
  return { locations: found.places, searched: found.searched };
}

async function nativeAnswer(
  found: NativePlaces,
  roots: readonly string[],
  params: ParamsOf<"source/native">,
): Promise<ResultOf<"source/native">> {
  const best = found.places[0];
  return {
    locations: found.places.map((place) => ({
      path: place.path,
      line: Math.max(1, params.line ?? 1),
      column: 1,
      match: place.match,
    })),
    searched:
      found.places.length > 0
        ? []
        : [...found.searched, ...roots.map((root) => `${root}, by the longest common end of the path`)],
    warnings: best === undefined ? [] : await nativeWarnings(best.path, params),
    ...(found.suggestedRule === undefined ? {} : { suggestedRule: found.suggestedRule }),
  };
}

/** Facts that make a line number doubtful: another version of the file, or one edited after the build. */
async function nativeWarnings(path: string, params: ParamsOf<"source/native">): Promise<string[]> {
  const warnings: string[] = [];
  if (params.md5 !== undefined) {
    const text = await readSource(path);
    const md5 = text === undefined ? undefined : createHash("md5").update(text).digest("hex");
    if (md5 === params.md5.toLowerCase()) return [];
    if (md5 !== undefined)
      warnings.push("This file differs from the one the binary was compiled from (checksum).");
  }
  if (params.binaryModifiedMs !== undefined) {
    const { mtimeMs } = await stat(path);
    if (mtimeMs > params.binaryModifiedMs) warnings.push("This source is newer than the binary.");
  }
  return warnings;
}
