package heldout;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Trips with two changes, from the cheapest: sorting them all needs them all, before ten are shown. */
public class CheapestOffers {
    record Trip(int out, int change, int back, double price) {}

    private static Stream<Trip> trips(int flights) {
        return IntStream.range(0, flights).boxed().flatMap(out ->
            IntStream.range(0, flights).boxed().flatMap(change ->
                IntStream.range(0, flights).mapToObj(back -> new Trip(out, change, back, 40 + (out * 31 + change * 17 + back * 7) % 900))));
    }

    List<Trip> cheapest(int flights, double limit) {
        Comparator<Trip> byPrice = Comparator.comparingDouble(Trip::price);
        return trips(flights).filter(trip -> trip.price() < limit).sorted(byPrice).limit(10).toList(); // wanted
    }

    static void run() {
        System.out.println(new CheapestOffers().cheapest(600, 800));
    }
}
