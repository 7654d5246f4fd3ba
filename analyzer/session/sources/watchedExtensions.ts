import { sourceExtensions } from "../../sources/language";
import { nativeExtensions } from "./nativeNames";

/** Extensions worth watching, without the dot. */
export const watchedExtensions: readonly string[] = [...sourceExtensions, ...nativeExtensions];
