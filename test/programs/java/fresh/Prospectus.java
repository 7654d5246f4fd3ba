package fresh;

import java.io.StringWriter;
import java.util.Iterator;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;

/** A prospectus of all offers is merged from a template of Velocity into a text, before anything of it is sent. */
public class Prospectus {
    public record Offer(int number, String title) {}

    private final VelocityEngine velocity = new VelocityEngine();

    String text(Iterator<Offer> offers) {
        VelocityContext context = new VelocityContext();
        context.put("offers", offers);
        StringWriter text = new StringWriter();
        velocity.evaluate(context, text, "prospectus", "#foreach($offer in $offers)<p>${offer.number()}: $offer.title()</p>\n#end"); // wanted
        return text.toString();
    }

    static void run() {
        Iterator<Offer> offers = new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < 10_000_000;
            }

            @Override
            public Offer next() {
                return new Offer(next, "A house with " + next++ % 40 + " rooms, a garden, a view of the sea, and a garage");
            }
        };
        System.out.println(new Prospectus().text(offers).length());
    }
}
