package unseen;

/** A chess program while it thinks: a table of positions of fixed size, in which new ones replace old ones. */
class Chess {
    static class Position {
        long key;
        int depth;
        int score;
        byte[] moves;
    }

    private final Position[] table = new Position[1 << 17];
    private volatile long visited;

    private void search() {
        long seed = 88172645463325252L;
        for (;;) {
            seed ^= seed << 13;
            seed ^= seed >>> 7;
            seed ^= seed << 17;
            Position position = new Position();
            position.key = seed;
            position.depth = (int) (seed & 15);
            position.moves = new byte[(int) (seed >>> 8 & 63) + 20];
            int at = (int) (seed & table.length - 1);
            Position old = table[at];
            if (old == null || old.depth <= position.depth || visited % 3 == 0) table[at] = position;
            visited++;
        }
    }

    static void think() throws InterruptedException {
        Chess chess = new Chess();
        Thread thinking = new Thread(chess::search, "engine");
        thinking.setDaemon(true);
        thinking.start();
        while (chess.visited < 3_000_000) Thread.sleep(10);
    }

    static void run() throws Exception {
        think();
    }
}
