package fresh;

import org.dyn4j.dynamics.Body;
import org.dyn4j.geometry.Geometry;
import org.dyn4j.geometry.MassType;
import org.dyn4j.world.World;

/** A simulation in dyn4j of nine hundred balls on a big table, dumped while a thread moves them. */
public class Billiards {
    private final World<Body> table = new World<>();
    private volatile long steps;

    private Billiards() {
        table.setGravity(World.ZERO_GRAVITY);
        for (int at = 0; at < 900; at++) {
            Body ball = new Body();
            ball.addFixture(Geometry.createCircle(0.5));
            ball.translate(at % 30 * 1.1, at / 30 * 1.1);
            ball.setMass(MassType.NORMAL);
            ball.setLinearVelocity(at % 7 - 3, at % 5 - 2);
            table.addBody(ball);
        }
    }

    private void play() {
        while (true) {
            table.update(1.0 / 60);
            steps++;
        }
    }

    static void run() throws Exception {
        Billiards game = new Billiards();
        Thread playing = new Thread(game::play, "playing");
        playing.setDaemon(true);
        playing.start();
        while (game.steps < 120) Thread.sleep(50);
    }
}
