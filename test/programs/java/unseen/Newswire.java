package unseen;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;

/** News go out over one object stream that is never reset, and which therefore remembers all of them. */
public class Newswire {
    static class Story implements Serializable {
        final int number;
        final byte[] text = new byte[700];

        Story(int number) {
            this.number = number;
        }
    }

    private final ObjectOutputStream out;

    Newswire(OutputStream to) throws IOException {
        out = new ObjectOutputStream(to);
    }

    synchronized void send(Story story) throws IOException {
        out.writeObject(story);
        out.flush();
    }

    static Newswire wire;

    static void run() throws IOException {
        wire = new Newswire(OutputStream.nullOutputStream());
        for (int number = 0; number < 30_000; number++) wire.send(new Story(number));
    }
}
