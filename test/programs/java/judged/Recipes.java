package judged;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** Everything that was ever asked for stays in a Caffeine cache without a bound. */
final class Recipes {
    private Recipes() {}

    record Recipe(String dish, byte[] text) {}

    static final class Kitchen {
        private final Cache<String, Recipe> recipes = Caffeine.newBuilder().recordStats().build();

        Recipe recipe(String dish) {
            return recipes.get(dish, name -> new Recipe(name, new byte[1_800]));
        }
    }

    static final Kitchen KITCHEN = new Kitchen();

    static void run() {
        for (int at = 0; at < 12_000; at++) KITCHEN.recipe("dish for " + at);
    }
}
