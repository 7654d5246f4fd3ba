package judged;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/** A game of islands with people, houses and paths, in the middle of its turns. In good health. */
final class Archipelago {
    private Archipelago() {}

    enum Ground { SEA, SAND, GRASS, ROCK }

    static final class Cell {
        private final Ground ground;
        private final short height;
        private House house;

        Cell(Ground ground, int height) {
            this.ground = ground;
            this.height = (short) height;
        }
    }

    static final class House {
        private final List<Person> people = new ArrayList<>();
        private final Map<String, Integer> stores = new HashMap<>();
    }

    static final class Person {
        private final String name;
        private House home;
        private Person friend;
        private int x, y;

        Person(String name) {
            this.name = name;
        }
    }

    static final class World {
        private final Cell[][] cells = new Cell[700][700];
        private final List<Person> people = new ArrayList<>();
        private long turn;
    }

    static void run() throws Exception {
        CountDownLatch played = new CountDownLatch(200);
        Run.start("game", () -> {
            World world = create(new Random(5));
            while (true) {
                for (Person person : world.people) person.x = (int) ((person.x + world.turn) % 700);
                world.turn++;
                played.countDown();
            }
        });
        Run.await(played);
    }

    private static World create(Random random) {
        World world = new World();
        for (Cell[] row : world.cells)
            for (int at = 0; at < row.length; at++) row[at] = new Cell(Ground.values()[random.nextInt(4)], random.nextInt(900));
        for (int at = 0; at < 9_000; at++) {
            Person person = new Person("Person " + at);
            Cell cell = world.cells[random.nextInt(700)][random.nextInt(700)];
            if (cell.house == null) cell.house = new House();
            cell.house.people.add(person);
            cell.house.stores.merge("wood", at % 7, Integer::sum);
            person.home = cell.house;
            if (at > 0) person.friend = world.people.get(random.nextInt(at));
            world.people.add(person);
        }
        return world;
    }
}
