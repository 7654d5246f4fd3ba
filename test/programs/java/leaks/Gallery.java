package leaks;

import java.lang.reflect.Field;
import java.util.*;
import java.util.concurrent.*;

/** Every kind of collection of the JDK with known contents; prints what is in each, then dumps itself. */
public final class Gallery {
    enum Colour { RED, GREEN, BLUE }

    /** Keys of one hash: its bucket becomes a tree. */
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

    static Object hashMap = fill(new HashMap<>(), 50);
    static Object linkedHashMap = fill(new LinkedHashMap<>(), 20);
    static Object treeMap = fill(new TreeMap<>(), 40);
    static Object concurrentHashMap = fill(new ConcurrentHashMap<>(), 300);
    static Object skipListMap = fill(new ConcurrentSkipListMap<>(), 30);
    static Object hashtable = fill(new Hashtable<>(), 12);
    static Object identityHashMap = fill(new IdentityHashMap<>(), 9);
    static Object weakHashMap = fill(new WeakHashMap<>(), 8);
    static Object synchronizedMap = Collections.synchronizedMap(fill(new HashMap<>(), 5));
    static Object unmodifiableMap = Collections.unmodifiableMap(fill(new TreeMap<>(), 5));
    static Object singletonMap = Collections.singletonMap("key 0", "value 0");
    static Object mapOf1 = Map.of("key 0", "value 0");
    static Object mapOfN = Map.of("key 0", "value 0", "key 1", "value 1", "key 2", "value 2");
    static Object enumMap = new EnumMap<>(Map.of(Colour.GREEN, "value 1", Colour.BLUE, "value 2"));
    static Object treeBins = colliding(new HashMap<>());
    static Object concurrentTreeBins = colliding(new ConcurrentHashMap<>());

    static Object arrayList = fill(new ArrayList<>(), 25);
    static Object vector = fill(new Vector<>(), 11);
    static Object linkedList = fill(new LinkedList<>(), 13);
    static Object copyOnWriteList = fill(new CopyOnWriteArrayList<>(), 6);
    static Object asList = Arrays.asList("element 0", "element 1");
    static Object listOf1 = List.of("element 0");
    static Object listOf2 = List.of("element 0", "element 1");
    static Object listOfN = List.of("element 0", "element 1", "element 2", "element 3");
    static Object singletonList = Collections.singletonList("element 0");
    static Object unmodifiableList = Collections.unmodifiableList(List.copyOf(fill(new ArrayList<>(), 4)));

    static Object hashSet = fill(new HashSet<>(), 17);
    static Object linkedHashSet = fill(new LinkedHashSet<>(), 7);
    static Object treeSet = fill(new TreeSet<>(), 9);
    static Object copyOnWriteSet = fill(new CopyOnWriteArraySet<>(), 4);
    static Object keySet = fill(ConcurrentHashMap.newKeySet(), 21);
    static Object setOf1 = Set.of("element 0");
    static Object setOfN = Set.of("element 0", "element 1", "element 2");
    static Object enumSet = EnumSet.of(Colour.RED, Colour.BLUE);

    static Object arrayDeque = wrapped(new ArrayDeque<>(8));
    static Object priorityQueue = fill(new PriorityQueue<>(), 10);
    static Object arrayBlockingQueue = fill(new ArrayBlockingQueue<>(16), 10);
    static Object linkedBlockingQueue = fill(new LinkedBlockingQueue<>(), 14);
    static Object linkedBlockingDeque = fill(new LinkedBlockingDeque<>(), 5);
    static Object concurrentLinkedQueue = fill(new ConcurrentLinkedQueue<>(), 15);
    static Object concurrentLinkedDeque = fill(new ConcurrentLinkedDeque<>(), 6);
    static Object linkedTransferQueue = fill(new LinkedTransferQueue<>(), 6);
    static Object priorityBlockingQueue = fill(new PriorityBlockingQueue<>(), 9);

    

    private static Map<String, String> fill(Map<String, String> map, int count) {
        for (int i = 0; i < count; i++) {
            String key = new String("key " + i);
            keep(key);
            map.put(key, "value " + i);
        }
        return map;
    }

    private static Map<Colliding, String> colliding(Map<Colliding, String> map) {
        for (int i = 0; i < 80; i++) map.put(new Colliding("key " + i), "value " + i);
        return map;
    }

    private static Collection<String> fill(Collection<String> collection, int count) {
        for (int i = 0; i < count; i++) collection.add("element " + i);
        return collection;
    }

    /** A ring whose contents go around its end. */
    private static Collection<String> wrapped(ArrayDeque<String> deque) {
        for (int i = 0; i < 6; i++) deque.add("gone");
        for (int i = 0; i < 6; i++) deque.removeFirst();
        for (int i = 0; i < 7; i++) deque.add("element " + i);
        return deque;
    }

    private static List<Object> keptKeys;

    private static void keep(Object key) {
        if (keptKeys == null) keptKeys = new ArrayList<>();
        keptKeys.add(key);
    }

    public static void main(String[] arguments) throws Exception {
        for (Field field : Gallery.class.getDeclaredFields()) {
            Object value = field.get(null);
            if (field.getName().startsWith("kept")) continue;
            List<String> contents = new ArrayList<>();
            if (value instanceof Map) {
                for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) contents.add(entry.getKey() + "=" + entry.getValue());
            } else if (value instanceof Collection) {
                for (Object element : (Collection<?>) value) contents.add(String.valueOf(element));
            } else continue;
            System.out.println(field.getName() + "\t" + String.join("|", contents));
        }
        Dump.write(arguments[1]);
    }
}
