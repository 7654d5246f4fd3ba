import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import kotlinx.collections.immutable.ExtensionsKt;
import kotlinx.collections.immutable.PersistentList;
import kotlinx.collections.immutable.PersistentMap;
import kotlinx.collections.immutable.PersistentSet;
import org.eclipse.collections.api.multimap.Multimap;

/**
 * Collections of kotlinx.collections.immutable, fastutil, Eclipse Collections, JCTools, Agrona and Apache Commons with
 * known contents. Prints name, kind and contents of each as the library itself iterates over them, then dumps itself.
 */
@SuppressWarnings({"unchecked", "rawtypes", "deprecation"})
public final class FurtherGallery {
    /** Keys of one hash. */
    static final class Colliding implements Comparable<Colliding> {
        final String name;

        Colliding(String name) {
            this.name = name;
        }

        @Override
        public int hashCode() {
            return 7;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Colliding && ((Colliding) other).name.equals(name);
        }

        @Override
        public int compareTo(Colliding other) {
            return name.compareTo(other.name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    // kotlinx.collections.immutable
    static Object kotlinxList5 = list(5);
    static Object kotlinxList40 = list(40);
    static Object kotlinxList32 = list(32);
    static Object kotlinxList33 = list(33);
    static Object kotlinxList3000 = list(3_000);
    static Object kotlinxList40000 = list(40_000);
    static Object kotlinxListBuilder = builder(list(2_000).builder());
    static Object kotlinxOrderedMap = map(ExtensionsKt.persistentMapOf(), 100, false);
    static Object kotlinxHashMap = map(ExtensionsKt.persistentHashMapOf(), 1_000, false);
    static Object kotlinxHashMapCollisions = map(ExtensionsKt.persistentHashMapOf(), 20, true);
    static Object kotlinxHashMapBuilder = fill(ExtensionsKt.persistentHashMapOf().builder(), 50);
    static Object kotlinxOrderedSet = set(ExtensionsKt.persistentSetOf(), 70, false);
    static Object kotlinxHashSet = set(ExtensionsKt.persistentHashSetOf(), 900, false);
    static Object kotlinxHashSetCollisions = set(ExtensionsKt.persistentHashSetOf(), 15, true);

    // fastutil
    static Object fastObjects = nullKey(fill(new it.unimi.dsi.fastutil.objects.Object2ObjectOpenHashMap<>(), 300));
    static Object fastLinked = fill(new it.unimi.dsi.fastutil.objects.Object2ObjectLinkedOpenHashMap<>(), 30);
    static Object fastArrayMap = fill(new it.unimi.dsi.fastutil.objects.Object2ObjectArrayMap<>(), 7);
    static Object fastLongToObject = longKeys(new it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap<>());
    static Object fastIntToObject = intKeys(new it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap<>());
    static Object fastObjectToLong = longValues(new it.unimi.dsi.fastutil.objects.Object2LongOpenHashMap<>());
    static Object fastLongToLong = longToLong(new it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap());
    static Object fastSet = fill(new it.unimi.dsi.fastutil.objects.ObjectOpenHashSet<>(), 90);
    static Object fastLinkedSet = fill(new it.unimi.dsi.fastutil.objects.ObjectLinkedOpenHashSet<>(), 12);
    static Object fastLongSet = longs(new it.unimi.dsi.fastutil.longs.LongOpenHashSet());
    static Object fastList = fill(new it.unimi.dsi.fastutil.objects.ObjectArrayList<>(), 44);
    static Object fastLongList = longs(new it.unimi.dsi.fastutil.longs.LongArrayList());

    // Eclipse Collections
    static Object eclipseMap = fill(new org.eclipse.collections.impl.map.mutable.UnifiedMap<>(), 400);
    static Object eclipseMapCollisions = nullKey(colliding(new org.eclipse.collections.impl.map.mutable.UnifiedMap<>(), 12));
    static Object eclipseConcurrentMap = fill(new org.eclipse.collections.impl.map.mutable.ConcurrentHashMap<>(), 200);
    static Object eclipseSet = fill(new org.eclipse.collections.impl.set.mutable.UnifiedSet<>(), 350);
    static Object eclipseSetCollisions = collidingSet(new org.eclipse.collections.impl.set.mutable.UnifiedSet<>(), 14);
    static Object eclipseList = fill(new org.eclipse.collections.impl.list.mutable.FastList<>(), 23);
    static Object eclipseImmutableList = org.eclipse.collections.impl.factory.Lists.immutable.ofAll(strings(40));
    static Object eclipseImmutableSet = org.eclipse.collections.impl.factory.Sets.immutable.ofAll(strings(40));
    static Object eclipseTreeMap = fill(new org.eclipse.collections.impl.map.sorted.mutable.TreeSortedMap<>(), 18);
    static Object eclipseMultimap = multimap(new org.eclipse.collections.impl.multimap.list.FastListMultimap<>());

    // JCTools, and Netty's copy of it
    static Object jctoolsMpscArray = queue(new org.jctools.queues.MpscArrayQueue<>(64), 70, 50);
    static Object jctoolsFull = queue(new org.jctools.queues.MpscArrayQueue<>(64), 64, 0);
    static Object jctoolsSpscArray = queue(new org.jctools.queues.SpscArrayQueue<>(128), 100, 80);
    static Object jctoolsMpmcArray = queue(new org.jctools.queues.MpmcArrayQueue<>(64), 60, 40);
    static Object jctoolsUnbounded = queue(new org.jctools.queues.MpscUnboundedArrayQueue<>(16), 500, 333);
    static Object jctoolsChunked = queue(new org.jctools.queues.MpscChunkedArrayQueue<>(16, 4096), 300, 21);
    static Object jctoolsGrowable = queue(new org.jctools.queues.MpscGrowableArrayQueue<>(16, 4096), 300, 200);
    static Object jctoolsSpscUnbounded = queue(new org.jctools.queues.SpscUnboundedArrayQueue<>(16), 200, 90);
    static Object jctoolsLinked = queue(new org.jctools.queues.MpscLinkedQueue<>(), 90, 71);
    static Object jctoolsSpscLinked = queue(new org.jctools.queues.SpscLinkedQueue<>(), 90, 40);
    static Object jctoolsAtomic = queue(new org.jctools.queues.atomic.MpscAtomicArrayQueue<>(64), 60, 17);
    static Object jctoolsAtomicUnbounded = queue(new org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue<>(16), 120, 101);
    static Object nettyTasks = queue(io.netty.util.internal.PlatformDependent.newMpscQueue(), 3_000, 1_500);
    static Object nettyBounded = queue(io.netty.util.internal.PlatformDependent.newMpscQueue(4_096), 2_000, 20);

    // Agrona
    static Object agronaObjects = fill(new org.agrona.collections.Object2ObjectHashMap<>(), 66);
    static Object agronaLongs = longKeys(new org.agrona.collections.Long2ObjectHashMap<>());
    static Object agronaSet = fill(new org.agrona.collections.ObjectHashSet<>(), 31);

    // Apache Commons
    static Object commonsLinkedMap = fill(new org.apache.commons.collections4.map.LinkedMap<>(), 34);
    static Object commonsLru = fill(new org.apache.commons.collections4.map.LRUMap<>(16), 20);
    static Object commonsListOrdered = fill(org.apache.commons.collections4.map.ListOrderedMap.listOrderedMap(new java.util.HashMap<>()), 9);
    static Object commonsMultiMap = commonsMultimap(new org.apache.commons.collections4.multimap.ArrayListValuedHashMap<>());

    private static List<String> strings(int count) {
        List<String> strings = new ArrayList<>();
        for (int i = 0; i < count; i++) strings.add("element " + i);
        return strings;
    }

    private static PersistentList list(int count) {
        PersistentList list = ExtensionsKt.persistentListOf();
        for (int i = 0; i < count; i++) list = list.add("element " + i);
        return list;
    }

    private static Object builder(PersistentList.Builder builder) {
        for (int i = 0; i < 77; i++) builder.add("later " + i);
        return builder;
    }

    private static PersistentMap map(PersistentMap map, int count, boolean colliding) {
        for (int i = 0; i < count; i++) map = map.put(colliding ? new Colliding("key " + i) : "key " + i, "value " + i);
        return map;
    }

    private static PersistentSet set(PersistentSet set, int count, boolean colliding) {
        for (int i = 0; i < count; i++) set = set.add(colliding ? new Colliding("element " + i) : "element " + i);
        return set;
    }

    private static Map fill(Map map, int count) {
        for (int i = 0; i < count; i++) map.put("key " + i, "value " + i);
        return map;
    }

    private static Map nullKey(Map map) {
        map.put(null, "value of null");
        return map;
    }

    private static Map colliding(Map map, int count) {
        for (int i = 0; i < count; i++) map.put(new Colliding("key " + i), "value " + i);
        return map;
    }

    private static Collection collidingSet(Collection set, int count) {
        for (int i = 0; i < count; i++) set.add(new Colliding("element " + i));
        return set;
    }

    private static Collection fill(Collection collection, int count) {
        collection.addAll(strings(count));
        return collection;
    }

    /** Zero is a key too, and marks an empty slot. */
    private static Map longKeys(Map map) {
        for (long i = 0; i < 120; i++) map.put(i * 1_000_000_007L, "value " + i);
        return map;
    }

    private static Map intKeys(Map map) {
        for (int i = -20; i < 40; i++) map.put(i * 7919, "value " + i);
        return map;
    }

    private static Map longValues(Map map) {
        for (long i = 0; i < 55; i++) map.put("key " + i, i << 40);
        return map;
    }

    private static Map longToLong(Map map) {
        for (long i = 0; i < 33; i++) map.put(i, -i);
        return map;
    }

    private static Collection longs(Collection collection) {
        for (long i = 0; i < 77; i++) collection.add(i * i);
        return collection;
    }

    private static Object queue(Queue queue, int added, int taken) {
        for (int i = 0, left = taken; i < added; i++) {
            if (!queue.offer("element " + i)) throw new IllegalStateException();
            if (left > 0 && i % 3 > 0) {
                queue.poll();
                left--;
            }
        }
        return queue;
    }

    private static Object multimap(org.eclipse.collections.impl.multimap.list.FastListMultimap map) {
        for (int i = 0; i < 12; i++) map.put("key " + i % 5, "value " + i);
        return map;
    }

    private static Object commonsMultimap(org.apache.commons.collections4.MultiValuedMap map) {
        for (int i = 0; i < 12; i++) map.put("key " + i % 5, "value " + i);
        return map;
    }

    private static String text(Object value) {
        return value instanceof Collection ? "{" + String.join("+", contents(value)) + "}" : String.valueOf(value);
    }

    private static List<String> contents(Object value) {
        List<String> contents = new ArrayList<>();
        if (value instanceof Multimap) {
            ((Multimap) value).forEachKeyMultiValues((key, values) -> contents.add(key + "=" + text(new ArrayList((Collection) values))));
        } else if (value instanceof org.apache.commons.collections4.MultiValuedMap) {
            return contents(((org.apache.commons.collections4.MultiValuedMap) value).asMap());
        } else if (value instanceof Map) {
            for (Map.Entry entry : ((Map<Object, Object>) value).entrySet()) contents.add(entry.getKey() + "=" + text(entry.getValue()));
        } else if (value instanceof Queue) {
            // Some of these queues cannot be iterated over: a copy is taken from them, and put back.
            Queue queue = (Queue) value;
            for (int size = queue.size(); size > 0; size--) {
                Object each = queue.poll();
                contents.add(String.valueOf(each));
                queue.offer(each);
            }
        } else {
            for (Object each : (Iterable) value) contents.add(String.valueOf(each));
        }
        return contents;
    }

    private static String kindOf(Object value) {
        if (value instanceof Map || value instanceof Multimap || value instanceof org.apache.commons.collections4.MultiValuedMap) return "map";
        if (value instanceof Set || value instanceof org.eclipse.collections.api.set.ImmutableSet) return "set";
        return value instanceof Queue ? "queue" : "list";
    }

    public static void main(String[] arguments) throws Exception {
        for (Field field : FurtherGallery.class.getDeclaredFields()) {
            Object value = field.get(null);
            System.out.println(field.getName() + "\t" + kindOf(value) + "\t" + String.join("|", contents(value)));
        }
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(arguments[0], true);
    }
}
