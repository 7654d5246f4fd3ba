package unseen;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;

/** Twelve clerks, threads of a pool, note every case in a map that is theirs, to find it again quickly. Cases come once. */
class Clerks {
    private static final ThreadLocal<Map<String, byte[]>> CASES = ThreadLocal.withInitial(HashMap::new);

    static int work(int number) {
        byte[] file = CASES.get().computeIfAbsent("case-" + number, name -> new byte[500 + name.length()]);
        return file.length;
    }

    static void run() throws Exception {
        ExecutorService office = Executors.newFixedThreadPool(12);
        List<Future<Integer>> results = new ArrayList<>();
        for (int at = 0; at < 45_000; at++) {
            int number = at;
            results.add(office.submit(() -> work(number)));
        }
        int pages = 0;
        for (Future<Integer> result : results) pages += result.get();
        System.out.println(pages);
    }
}
