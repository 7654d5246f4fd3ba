package unseen;

import java.util.List;
import java.util.Random;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.index.strtree.STRtree;

/** Paths of a country in a spatial index of JTS, and hikers who ask what is near. */
public final class Footpaths {
    private final STRtree index = new STRtree();

    private Footpaths(int paths) {
        GeometryFactory geometry = new GeometryFactory();
        Random dice = new Random(7);
        for (int at = 0; at < paths; at++) {
            Coordinate[] points = new Coordinate[8];
            double x = dice.nextDouble() * 300_000;
            double y = dice.nextDouble() * 500_000;
            for (int point = 0; point < points.length; point++) points[point] = new Coordinate(x += dice.nextGaussian() * 50, y += dice.nextGaussian() * 50);
            LineString path = geometry.createLineString(points);
            path.setUserData("path " + at);
            index.insert(path.getEnvelopeInternal(), path);
        }
        index.build();
    }

    static Footpaths country;

    static void run() {
        country = new Footpaths(30_000);
        int near = 0;
        for (int hiker = 0; hiker < 3_000; hiker++) {
            List<?> found = country.index.query(new Envelope(hiker * 100, hiker * 100 + 900, hiker * 150, hiker * 150 + 900));
            near += found.size();
        }
        System.out.println(near);
    }
}
