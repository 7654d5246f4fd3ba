import { describe, expect, it } from "vitest";
import { compareProfiles } from "../../../../analyzer/heap/graph/growth/compareProfiles";
import type { GraphProfile } from "../../../../analyzer/heap/graph/growth/profile";
import { stableName } from "../../../../analyzer/heap/java/growth/stableName";

const kib = 1024;

/** A profile of a service whose `sessions` map has so many entries of 1 KiB. */
function profile(sessions: number, noise = 0): GraphProfile {
  const field = { className: "shop.Server", name: "sessions", static: false };
  const mapBytes = sessions * kib + 100 * kib;
  return {
    shallowBytes: mapBytes + 600 * kib + noise,
    reachableBytes: mapBytes + 500 * kib + noise,
    objects: sessions + 10,
    classes: [
      { name: "byte[]", objects: sessions, shallowBytes: sessions * kib, retainedBytes: sessions * kib },
    ],
    paths: [
      { parent: -1, className: "class shop.Server", objects: 1, retainedBytes: mapBytes + 500 * kib + noise },
      { parent: 0, className: "java.util.HashMap", field, isOwn: true, objects: 1, retainedBytes: mapBytes },
      { parent: 1, className: "byte[]", objects: sessions, retainedBytes: sessions * kib },
      { parent: 0, className: "int[]", objects: 1, retainedBytes: 500 * kib + noise },
    ],
    collections: [
      { className: "java.util.HashMap", field, collections: 1, elements: sessions, retainedBytes: mapBytes },
    ],
  };
}

describe("comparing profiles", () => {
  it("names the field under which growth piles up, and leaves noise out", () => {
    const { growing, grownBytes } = compareProfiles([profile(100), profile(1_100, 20 * kib)], []);
    expect(grownBytes).toBe(1_020 * kib);
    expect(growing).toHaveLength(1);
    expect(growing[0]).toMatchObject({
      field: { className: "shop.Server", name: "sessions" },
      grownBytes: 1_000 * kib,
      grownObjects: 1_000,
    });
  });

  it("says nothing when nothing grew", () => {
    expect(compareProfiles([profile(100), profile(90)], []).growing).toEqual([]);
  });

  it("tells what grows at every step of a series, and how fast", () => {
    const hour = 3_600_000;
    const times = [1, 1 + hour, 1 + 2 * hour];
    const always = compareProfiles([profile(100), profile(1_100), profile(2_100)], times).growing[0]!;
    expect(always.growsAlways).toBe(true);
    expect(always.bytesPerHour).toBeCloseTo(1_000 * kib);
    const once = compareProfiles([profile(100), profile(2_200), profile(2_100)], times).growing[0]!;
    expect(once.growsAlways).toBe(false);
  });

  it("tells new and gone classes", () => {
    const before = profile(100);
    const after = {
      ...profile(100),
      classes: [{ name: "shop.New", objects: 1, shallowBytes: 16, retainedBytes: 16 }],
    };
    const { classes } = compareProfiles([before, after], []);
    expect(classes.map(({ className, status }) => [className, status])).toEqual([
      ["byte[]", "gone"],
      ["shop.New", "new"],
    ]);
  });

  it.each([
    ["shop.Server$$Lambda$14/0x00007f3aa9000a08", "shop.Server$$Lambda"],
    ["shop.Server$$Lambda$14/1831932724", "shop.Server$$Lambda"],
    ["shop.Server$$Lambda/0x00007f3aa9000a08[]", "shop.Server$$Lambda[]"],
    ["shop.Server$$Lambda+0x0000000022040210", "shop.Server$$Lambda"],
    ["java.lang.invoke.LambdaForm$MH/0x0000000800c03000", "java.lang.invoke.LambdaForm$MH"],
    ["java.lang.invoke.LambdaForm$DMH/1023892928", "java.lang.invoke.LambdaForm$DMH"],
    ["jdk.internal.reflect.GeneratedMethodAccessor12", "jdk.internal.reflect.GeneratedMethodAccessor"],
    ["jdk.proxy2.$Proxy12", "jdk.proxy.$Proxy"],
    ["com.sun.proxy.$Proxy7", "com.sun.proxy.$Proxy"],
    ["script16839201234", "script"],
    ["Script12", "Script"],
    ["shop.Order$HibernateProxy$aB3xY9", "shop.Order$HibernateProxy$"],
    ["shop.Order$ByteBuddy$Tq2Zr1", "shop.Order$ByteBuddy$"],
    ["shop.Pay$$EnhancerBySpringCGLIB$$1a2b3c4d", "shop.Pay$$EnhancerBySpringCGLIB$$"],
    ["shop.Pay$$SpringCGLIB$$0", "shop.Pay$$SpringCGLIB$$"],
    ["shop.Hidden/0x0000000800c03000", "shop.Hidden/hidden"],
  ])("calls %s as in every run", (name, stable) => {
    expect(stableName(name)).toBe(stable);
    expect(stableName(stable)).toBe(stable);
  });

  it.each([
    "java.util.HashMap$Node[]",
    "shop.Server",
    "shop.Transcript2024",
    "shop.Outer$$Inner",
    "shop.ProxyFactory1",
  ])("leaves %s as it is", (name) => expect(stableName(name)).toBe(name));
});
