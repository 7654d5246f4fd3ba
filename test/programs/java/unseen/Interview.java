package unseen;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Questions and answers are matched by number. A question to which no answer comes waits for ever. */
class Interview {
    static class Line {
        private final AtomicLong numbers = new AtomicLong();
        private final ConcurrentHashMap<Long, CompletableFuture<String>> pending = new ConcurrentHashMap<>();

        CompletableFuture<Integer> ask(String question) {
            long number = numbers.incrementAndGet();
            CompletableFuture<String> answer = new CompletableFuture<>();
            pending.put(number, answer);
            if (number % 50 == 0) answered(number, "yes");
            return answer.thenApply(text -> text.length() + question.length());
        }

        void answered(long number, String text) {
            CompletableFuture<String> answer = pending.remove(number);
            if (answer != null) answer.complete(text);
        }
    }

    static final Line line = new Line();

    static void run() {
        for (int at = 0; at < 70_000; at++) line.ask("What do you think of proposal number " + at + ", and of the one before it?");
    }
}
