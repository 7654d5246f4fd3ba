/** Circles of things each of which leads to at most one other. Every thing is followed once. */
export function* circlesOf<Thing>(
  things: Iterable<Thing>,
  next: (thing: Thing) => Thing | undefined,
): Generator<Thing[]> {
  const followed = new Set<Thing>();
  for (const start of things) {
    const path: Thing[] = [];
    const places = new Map<Thing, number>();
    for (let at: Thing | undefined = start; at !== undefined && !followed.has(at); ) {
      followed.add(at);
      places.set(at, path.length);
      path.push(at);
      at = next(at);
      const place = at === undefined ? undefined : places.get(at);
      if (place !== undefined) yield path.slice(place);
    }
  }
}
