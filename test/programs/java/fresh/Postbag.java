package fresh;

import java.io.PrintWriter;
import java.net.Socket;
import java.util.Scanner;
import org.subethamail.wiser.Wiser;

/** Where mails are tried out they go to a Wiser, which keeps them to be looked at. Here nobody has looked for long. */
public class Postbag {
    private final Wiser wiser;

    private Postbag(int port) {
        wiser = Wiser.port(port);
        wiser.start();
    }

    static Postbag bag;

    static void run() throws Exception {
        int port = Load.freePort();
        bag = new Postbag(port);
        try (Socket line = new Socket("127.0.0.1", port); PrintWriter out = new PrintWriter(line.getOutputStream(), true); Scanner in = new Scanner(line.getInputStream())) {
            say(out, in, "");
            say(out, in, "HELO here");
            for (int mail = 0; mail < 4_000; mail++) {
                say(out, in, "MAIL FROM:<shop@acme.example>");
                say(out, in, "RCPT TO:<customer" + mail + "@acme.example>");
                say(out, in, "DATA");
                say(out, in, "Subject: order " + mail + "\r\n\r\n" + "Your order has been sent. ".repeat(80) + "\r\n.");
            }
        }
    }

    private static void say(PrintWriter out, Scanner in, String text) {
        if (!text.isEmpty()) out.print(text + "\r\n");
        out.flush();
        String answer = in.nextLine();
        if (answer.startsWith("4") || answer.startsWith("5")) throw new IllegalStateException(answer);
    }
}
