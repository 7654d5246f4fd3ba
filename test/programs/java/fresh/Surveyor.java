package fresh;

import com.thoughtworks.xstream.XStream;
import java.util.ArrayList;
import java.util.List;

/** What was measured fits into memory. Its backup as a text of XML, which XStream writes, does not. */
public class Surveyor {
    static final class Point {
        final int x;
        final int y;
        final float height;

        Point(int x, int y) {
            this.x = x;
            this.y = y;
            height = x * 0.1f - y;
        }
    }

    private final List<Point> points = new ArrayList<>();

    String backup() {
        XStream xml = new XStream();
        xml.alias("point", Point.class);
        return xml.toXML(points); // wanted
    }

    static void run() {
        Surveyor surveyor = new Surveyor();
        for (int at = 0; at < 400_000; at++) surveyor.points.add(new Point(at % 2_000, at / 2_000));
        System.out.println(surveyor.backup().length());
    }
}
