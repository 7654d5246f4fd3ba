import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.*;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import kotlin.collections.CollectionsKt;
import kotlin.collections.MapsKt;
import kotlin.collections.SetsKt;
import scala.Tuple2;
import scala.collection.immutable.$colon$colon;

/**
 * Collections of Kotlin, Scala, Guava and Caffeine with known contents. Prints name, kind and contents of each as the
 * library itself iterates over them, then dumps itself.
 */
@SuppressWarnings({"unchecked", "rawtypes"})
public final class LibraryGallery {
    enum Colour { RED, GREEN, BLUE }

    /** Keys of one hash: tries end in a node of collisions. */
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

    /** Keeps keys of weak maps. */
    private static final List<Object> keptObjects = new ArrayList<>();

    // Big ones, of the JDK and of Guava: their pages are found by checkpoints.
    static Object bigHashMap = fill(new java.util.LinkedHashMap<>(), 12_000);
    static Object bigTreeMap = fill(new java.util.TreeMap<>(), 12_000);
    static Object bigConcurrentMap = colliding(fill(new java.util.concurrent.ConcurrentHashMap<>(), 12_000));
    static Object bigSkipListMap = fill(new java.util.concurrent.ConcurrentSkipListMap<>(), 12_000);
    static Object bigLinkedList = fill(new java.util.LinkedList<>(), 12_000);
    static Object bigLinkedQueue = fill(new java.util.concurrent.ConcurrentLinkedQueue<>(), 12_000);
    static Object bigCache = guavaCache(CacheBuilder.newBuilder(), 12_000);

    // Kotlin
    static Object kotlinBuiltMap = kotlinMap(30).build();
    static Object kotlinOpenMap = withoutOne(kotlinMap(9));
    static Object kotlinBuiltSet = ((kotlin.collections.builders.SetBuilder) fill(new kotlin.collections.builders.SetBuilder<>(), 11)).build();
    static Object kotlinBuiltList = ((kotlin.collections.builders.ListBuilder) fill(new kotlin.collections.builders.ListBuilder<>(), 13)).build();
    static Object kotlinDeque = wrapped(new kotlin.collections.ArrayDeque<>(8));
    static Object kotlinListOf = CollectionsKt.listOf("element 0", "element 1");
    static Object kotlinMutableListOf = CollectionsKt.mutableListOf("element 0", "element 1", "element 2");
    static Object kotlinMapOf = MapsKt.mapOf(new kotlin.Pair<>("key 0", "value 0"), new kotlin.Pair<>("key 1", "value 1"));
    static Object kotlinSetOf = SetsKt.setOf("element 0", "element 1", "element 2");

    // Scala, mutable
    static Object scalaHashMap = fill(new scala.collection.mutable.HashMap<>(), 40);
    static Object scalaHashSet = fill(new scala.collection.mutable.HashSet<>(), 21);
    static Object scalaLinkedHashMap = fill(new scala.collection.mutable.LinkedHashMap<>(), 17);
    static Object scalaLinkedHashSet = fill(new scala.collection.mutable.LinkedHashSet<>(), 12);
    static Object scalaTrieMap = fill(new scala.collection.concurrent.TrieMap<>(), 300);
    static Object scalaTrieMapCollisions = scalaColliding(new scala.collection.concurrent.TrieMap<>());
    static Object scalaAnyRefMap = fill(new scala.collection.mutable.AnyRefMap<>(), 14);
    static Object scalaTreeMap = fill(new scala.collection.mutable.TreeMap<>(naturalOrder()), 25);
    static Object scalaTreeSet = fill(new scala.collection.mutable.TreeSet<>(naturalOrder()), 15);
    static Object scalaArrayBuffer = fill(new scala.collection.mutable.ArrayBuffer<>(), 33);
    static Object scalaListBuffer = fill(new scala.collection.mutable.ListBuffer<>(), 8);
    static Object scalaQueue = scalaRing();
    static Object scalaStack = fill(new scala.collection.mutable.Stack<>(16), 5);

    // Scala, immutable
    static Object scalaList = scalaListOf(19);
    static Object scalaMap1 = scalaMapOf(1);
    static Object scalaMap3 = scalaMapOf(3);
    static Object scalaMap4 = scalaMapOf(4);
    static Object scalaHashTrie = scalaMapOf(500);
    static Object scalaHashTrieCollisions = scalaCollidingTrie();
    static Object scalaSet2 = scalaSetOf(2);
    static Object scalaSet4 = scalaSetOf(4);
    static Object scalaHashSetTrie = scalaSetOf(300);
    static Object scalaVector1 = scalaVectorOf(20);
    static Object scalaVector2 = scalaVectorOf(700);
    static Object scalaVector3 = scalaVectorOf(40_000);
    static Object scalaImmutableQueue = scalaQueueOf(14);
    static Object scalaArraySeq = new scala.collection.immutable.ArraySeq.ofRef(new String[] {"element 0", "element 1"});
    static Object scalaImmutableTreeMap = scalaTreeMapOf(27);

    // Guava
    static Object guavaImmutableList = ImmutableList.of("element 0", "element 1", "element 2");
    static Object guavaImmutableList1 = ImmutableList.of("element 0");
    static Object guavaImmutableSet = ImmutableSet.copyOf(strings(9));
    static Object guavaImmutableSet1 = ImmutableSet.of("element 0");
    static Object guavaImmutableMap = ImmutableMap.of("key 0", "value 0", "key 1", "value 1", "key 2", "value 2");
    static Object guavaImmutableMap1 = ImmutableMap.of("key 0", "value 0");
    static Object guavaImmutableBiMap = ImmutableBiMap.of("key 0", "value 0", "key 1", "value 1");
    static Object guavaImmutableSortedMap = ImmutableSortedMap.of("key 0", "value 0", "key 1", "value 1");
    static Object guavaImmutableSortedSet = ImmutableSortedSet.copyOf(strings(7));
    static Object guavaImmutableEnumSet = Sets.immutableEnumSet(Colour.RED, Colour.BLUE);
    static Object guavaImmutableEnumMap = Maps.immutableEnumMap(Map.of(Colour.GREEN, "value 1"));
    static Object guavaImmutableMultimap = ImmutableListMultimap.of("key 0", "value 0", "key 0", "value 1", "key 1", "value 2");
    static Object guavaHashBiMap = fill(HashBiMap.create(), 18);
    static Object guavaEnumBiMap = enumBiMap();
    static Object guavaArrayListMultimap = multimap(ArrayListMultimap.create());
    static Object guavaHashMultimap = multimap(HashMultimap.create());
    static Object guavaLinkedHashMultimap = multimap(LinkedHashMultimap.create());
    static Object guavaTreeMultimap = multimap(TreeMultimap.create());
    static Object guavaHashMultiset = multiset(HashMultiset.create());
    static Object guavaConcurrentMultiset = multiset(ConcurrentHashMultiset.create());
    static Object guavaHashBasedTable = table(HashBasedTable.create());
    static Object guavaTreeBasedTable = table(TreeBasedTable.create());
    static Object guavaArrayTable = table(ArrayTable.create(List.of("row 0", "row 1", "row 2"), columns()));
    static Object guavaEvictingQueue = fill(EvictingQueue.create(5), 9);
    static Object guavaMinMaxQueue = fill(MinMaxPriorityQueue.create(), 12);
    static Object guavaWeakKeys = fill(new MapMaker().weakKeys().makeMap(), 16);
    static Object guavaWeakValues = fill(new MapMaker().weakValues().makeMap(), 16);
    static Object guavaInterned = fill(Sets.newConcurrentHashSet(), 6);
    static Object guavaSynchronized = Multimaps.synchronizedListMultimap((ArrayListMultimap) multimap(ArrayListMultimap.create()));
    static Object guavaCache = guavaCache(CacheBuilder.newBuilder().maximumSize(100), 60);
    static Object guavaWeakKeyCache = guavaCache(CacheBuilder.newBuilder().weakKeys(), 20);
    static Object guavaSoftValueCache = guavaCache(CacheBuilder.newBuilder().softValues().expireAfterAccess(1, TimeUnit.HOURS), 20);

    // Caffeine
    static Object caffeineUnbounded = caffeine(Caffeine.newBuilder(), 30);
    static Object caffeineMaximum = caffeine(Caffeine.newBuilder().maximumSize(100), 50);
    static Object caffeineExpiring = caffeine(Caffeine.newBuilder().expireAfterWrite(1, TimeUnit.HOURS), 12);
    static Object caffeineWeakKeys = caffeine(Caffeine.newBuilder().weakKeys(), 12);
    static Object caffeineWeakValues = caffeine(Caffeine.newBuilder().weakValues().maximumSize(99), 12);
    static Object caffeineSoftValues = caffeine(Caffeine.newBuilder().softValues(), 12);

    private static List<String> strings(int count) {
        List<String> strings = new ArrayList<>();
        for (int i = 0; i < count; i++) strings.add("element " + i);
        return strings;
    }

    private static Map fill(Map map, int count) {
        for (int i = 0; i < count; i++) map.put(kept("key " + i), kept("value " + i));
        return map;
    }

    private static Collection fill(Collection collection, int count) {
        collection.addAll(strings(count));
        return collection;
    }

    /** A bucket that becomes a tree. */
    private static Map colliding(Map map) {
        for (int i = 0; i < 80; i++) map.put(new Colliding("colliding " + i), "value " + i);
        return map;
    }

    private static scala.collection.mutable.Map fill(scala.collection.mutable.Map map, int count) {
        for (int i = 0; i < count; i++) map.put("key " + i, "value " + i);
        return map;
    }

    private static scala.collection.mutable.Growable fill(scala.collection.mutable.Growable collection, int count) {
        for (int i = 0; i < count; i++) collection.addOne("element " + i);
        return collection;
    }

    private static String kept(String text) {
        keptObjects.add(text);
        return text;
    }

    private static kotlin.collections.builders.MapBuilder kotlinMap(int count) {
        kotlin.collections.builders.MapBuilder map = new kotlin.collections.builders.MapBuilder<>();
        for (int i = 0; i < count; i++) map.put("key " + i, "value " + i);
        return map;
    }

    private static Map withoutOne(Map map) {
        map.remove("key 3");
        return map;
    }

    /** A ring whose contents go around its end. */
    private static Collection wrapped(kotlin.collections.ArrayDeque deque) {
        for (int i = 0; i < 6; i++) deque.addLast("gone");
        for (int i = 0; i < 6; i++) deque.removeFirst();
        for (int i = 0; i < 7; i++) deque.addLast("element " + i);
        return deque;
    }

    private static Object scalaRing() {
        scala.collection.mutable.Queue queue = new scala.collection.mutable.Queue<>(16);
        for (int i = 0; i < 12; i++) queue.enqueue("gone");
        for (int i = 0; i < 12; i++) queue.dequeue();
        for (int i = 0; i < 10; i++) queue.enqueue("element " + i);
        return queue;
    }

    private static scala.math.Ordering naturalOrder() {
        return scala.math.Ordering$.MODULE$.comparatorToOrdering((java.util.Comparator) java.util.Comparator.naturalOrder());
    }

    private static Object scalaListOf(int count) {
        scala.collection.immutable.List list = scala.collection.immutable.Nil$.MODULE$;
        for (int i = 0; i < count; i++) list = new $colon$colon("element " + i, list);
        return list;
    }

    private static Object scalaMapOf(int count) {
        scala.collection.immutable.Map map = scala.collection.immutable.Map$.MODULE$.empty();
        for (int i = 0; i < count; i++) map = (scala.collection.immutable.Map) map.updated("key " + i, "value " + i);
        return map;
    }

    private static Object scalaCollidingTrie() {
        scala.collection.immutable.Map map = scala.collection.immutable.HashMap$.MODULE$.empty();
        for (int i = 0; i < 20; i++) map = (scala.collection.immutable.Map) map.updated(new Colliding("key " + i), "value " + i);
        return map;
    }

    private static Object scalaColliding(scala.collection.mutable.Map map) {
        for (int i = 0; i < 20; i++) map.put(new Colliding("key " + i), "value " + i);
        return map;
    }

    /** Some were taken out of it: then it is two lists. */
    private static Object scalaQueueOf(int count) {
        scala.collection.immutable.Queue queue = (scala.collection.immutable.Queue) scala.collection.immutable.Queue$.MODULE$.empty();
        for (int i = -3; i < count / 2; i++) queue = queue.enqueue("element " + i);
        for (int i = -3; i < 0; i++) queue = (scala.collection.immutable.Queue) ((Tuple2) queue.dequeue())._2();
        for (int i = count / 2; i < count; i++) queue = queue.enqueue("element " + i);
        return queue;
    }

    private static Object scalaSetOf(int count) {
        scala.collection.immutable.Set set = scala.collection.immutable.Set$.MODULE$.empty();
        for (int i = 0; i < count; i++) set = (scala.collection.immutable.Set) set.incl("element " + i);
        return set;
    }

    private static Object scalaVectorOf(int count) {
        scala.collection.immutable.Seq vector = scala.collection.immutable.Vector$.MODULE$.empty();
        for (int i = count / 2; i < count; i++) vector = (scala.collection.immutable.Seq) vector.appended("element " + i);
        for (int i = count / 2 - 1; i >= 0; i--) vector = (scala.collection.immutable.Seq) vector.prepended("element " + i);
        return vector;
    }

    private static Object scalaTreeMapOf(int count) {
        scala.collection.immutable.TreeMap map = new scala.collection.immutable.TreeMap<>(naturalOrder());
        for (int i = 0; i < count; i++) map = map.updated("key " + i, "value " + i);
        return map;
    }

    private static Object enumBiMap() {
        EnumBiMap<Colour, Colour> map = EnumBiMap.create(Colour.class, Colour.class);
        map.put(Colour.RED, Colour.BLUE);
        return map;
    }

    private static Multimap multimap(Multimap map) {
        for (int i = 0; i < 12; i++) map.put("key " + i % 5, "value " + i);
        return map;
    }

    private static Multiset multiset(Multiset set) {
        for (int i = 0; i < 12; i++) set.add("element " + i % 5);
        return set;
    }

    private static Table table(Table table) {
        for (int i = 0; i < 12; i++) table.put("row " + i % 3, "column " + i, "value " + i);
        return table;
    }

    private static List<String> columns() {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < 12; i++) columns.add("column " + i);
        return columns;
    }

    private static Object guavaCache(CacheBuilder builder, int count) {
        com.google.common.cache.Cache cache = builder.build();
        for (int i = 0; i < count; i++) cache.put(kept("key " + i), kept("value " + i));
        return cache;
    }

    private static Object caffeine(Caffeine builder, int count) {
        com.github.benmanes.caffeine.cache.Cache cache = builder.executor((java.util.concurrent.Executor) Runnable::run).build();
        for (int i = 0; i < count; i++) cache.put(kept("key " + i), kept("value " + i));
        return cache;
    }

    /** An element, or a collection inside a collection. */
    private static String text(Object value) {
        if (value instanceof Map) return "{" + String.join("+", contents(value)) + "}";
        if (value instanceof Collection) return "{" + String.join("+", contents(value)) + "}";
        return String.valueOf(value);
    }

    private static List<String> contents(Object value) {
        List<String> contents = new ArrayList<>();
        if (value instanceof Multimap) return contents(((Multimap) value).asMap());
        if (value instanceof ArrayTable) {
            // Its rows are arrays.
            ArrayTable<?, ?, ?> table = (ArrayTable) value;
            Object[][] rows = (Object[][]) ((ArrayTable) table).toArray(Object.class);
            for (int row = 0; row < rows.length; row++) {
                contents.add(table.rowKeyList().get(row) + "={" + join(rows[row]) + "}");
            }
            return contents;
        }
        if (value instanceof Table) return contents(((Table) value).rowMap());
        if (value instanceof Multiset) return contents(((Multiset) value).elementSet());
        if (value instanceof com.google.common.cache.Cache) return contents(((com.google.common.cache.Cache) value).asMap());
        if (value instanceof com.github.benmanes.caffeine.cache.Cache) {
            return contents(((com.github.benmanes.caffeine.cache.Cache) value).asMap());
        }
        if (value instanceof Map) {
            for (Map.Entry entry : ((Map<Object, Object>) value).entrySet()) contents.add(text(entry.getKey()) + "=" + text(entry.getValue()));
        } else if (value instanceof scala.collection.Map) {
            scala.collection.Iterator entries = ((scala.collection.Map) value).iterator();
            while (entries.hasNext()) {
                Tuple2 entry = (Tuple2) entries.next();
                contents.add(entry._1() + "=" + entry._2());
            }
        } else if (value instanceof scala.collection.Iterable) {
            scala.collection.Iterator elements = ((scala.collection.Iterable) value).iterator();
            while (elements.hasNext()) contents.add(String.valueOf(elements.next()));
        } else {
            for (Object element : (Collection) value) contents.add(text(element));
        }
        return contents;
    }

    private static String join(Object[] row) {
        List<String> texts = new ArrayList<>();
        for (Object each : row) texts.add(String.valueOf(each));
        return String.join("+", texts);
    }

    private static String kindOf(Object value) {
        if (value instanceof Multiset || value instanceof Set || value instanceof scala.collection.Set) return "set";
        if (value instanceof kotlin.collections.ArrayDeque) return "queue";
        if (value instanceof List) return "list";
        if (value instanceof java.util.Queue || value instanceof scala.collection.mutable.ArrayDeque) return "queue";
        if (value instanceof scala.collection.immutable.Queue) return "queue";
        if (value instanceof scala.collection.Seq) return "list";
        return "map";
    }

    public static void main(String[] arguments) throws Exception {
        for (Field field : LibraryGallery.class.getDeclaredFields()) {
            if (field.getName().startsWith("kept")) continue;
            Object value = field.get(null);
            System.out.println(field.getName() + "\t" + kindOf(value) + "\t" + String.join("|", contents(value)));
        }
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(arguments[0], true);
    }
}
