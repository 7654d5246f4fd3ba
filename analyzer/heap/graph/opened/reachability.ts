/**
 * How an object is reached from the GC roots, the strongest way first: by strong references, by soft ones too, by
 * finalizers that are still to run, by weak or phantom references only, or not at all. Finalizers come before weak
 * references, which do not keep anything: this is the order in which memory is given up.
 */
export const reachabilities = ["strong", "soft", "finalizer", "weak", "phantom", "none"] as const;

export type Reachability = (typeof reachabilities)[number];
