package unseen;

import java.util.concurrent.TimeUnit;
import org.cache2k.Cache;
import org.cache2k.Cache2kBuilder;

/** Results by date in a cache2k of three thousand entries, asked for far more dates than that. */
public class Lottery {
    static class Drawing {
        final int[] numbers = new int[6];
        final byte[] certificate = new byte[6_000];
    }

    private static final Cache<Integer, Drawing> drawings = new Cache2kBuilder<Integer, Drawing>() {}
        .name("drawings")
        .entryCapacity(3_000)
        .expireAfterWrite(1, TimeUnit.HOURS)
        .loader(Lottery::draw)
        .build();

    private static Drawing draw(int date) {
        Drawing drawing = new Drawing();
        for (int at = 0; at < 6; at++) drawing.numbers[at] = (date * 31 + at * 17) % 49 + 1;
        return drawing;
    }

    static void run() {
        long sum = 0;
        for (int at = 0; at < 60_000; at++) sum += drawings.get(at * 7919 % 20_000).numbers[at % 6];
        System.out.println(sum);
    }
}
