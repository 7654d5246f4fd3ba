package heldout;

import com.github.davidmoten.rtree2.RTree;
import com.github.davidmoten.rtree2.geometry.Geometries;
import com.github.davidmoten.rtree2.geometry.Point;

/** Where can I charge my car? All stations are in an R-tree in memory, and drivers ask for those around them. */
public class ChargingStations {
    record Station(int id, String operator, short[] plugs) {}

    private RTree<Station, Point> tree = RTree.star().maxChildren(8).create();

    void load(int stations) {
        for (int id = 0; id < stations; id++) {
            double longitude = 6 + id * 0.000_37 % 9;
            double latitude = 47 + id * 0.001_13 % 8;
            tree = tree.add(new Station(id, "operator " + id % 40, new short[16]), Geometries.pointGeographic(longitude, latitude));
        }
    }

    int near(double longitude, double latitude) {
        int found = 0;
        for (var entry : tree.search(Geometries.rectangleGeographic(longitude, latitude, longitude + 0.05, latitude + 0.05))) found += entry.value().plugs().length;
        return found;
    }

    static final ChargingStations map = new ChargingStations();

    static void run() {
        map.load(25_000);
        int plugs = 0;
        for (int at = 0; at < 1_000; at++) plugs += map.near(6 + at % 90 / 10.0, 47 + at % 80 / 10.0);
        System.out.println(plugs);
    }
}
