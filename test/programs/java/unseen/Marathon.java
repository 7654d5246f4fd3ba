package unseen;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.time.Duration;
import java.util.List;

/** Runners' times in pipelines of Mutiny: all have finished, and the table of results is on the wall. */
class Marathon {
    record Result(int number, String runner, int seconds, int[] splits) {}

    private static List<Result> wall;

    static void run() {
        for (int year = 0; year < 5; year++) {
            int start = year;
            wall = Multi.createFrom().range(0, 30_000)
                .emitOn(Infrastructure.getDefaultExecutor())
                .onOverflow().buffer(100_000)
                .map(number -> new Result(number, "Runner " + number + " of " + (2_000 + start), 7_500 + (number * 31 + start) % 9_000, new int[42]))
                .select().where(result -> result.seconds() < 16_000)
                .collect().asList()
                .await().atMost(Duration.ofSeconds(30));
        }
        System.out.println(wall.size());
    }
}
