package verdicts;

/** A program whose whole purpose is one big model: grids, arrays, a tree. In good health. */
final class GameWorld {
    private GameWorld() {}

    static final class Cell {
        final int height;
        final byte[] ground = new byte[24];

        Cell(int height) {
            this.height = height;
        }
    }

    static final class World {
        final Cell[][] cells = new Cell[400][400];
        final double[] wind = new double[200_000];
    }

    static World world;

    static void run() {
        world = new World();
        for (int x = 0; x < 400; x++) for (int y = 0; y < 400; y++) world.cells[x][y] = new Cell(x * y % 97);
    }
}
