package fresh;

import java.io.BufferedReader;
import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Votes by polling station: each line of the list is kept where a count would do. */
public class Turnout {
    record Vote(String station, int voter, String hour) {
        static Vote of(String line) {
            String[] cells = line.split(";");
            return new Vote(cells[0], Integer.parseInt(cells[1]), cells[2]);
        }
    }

    static int busiest(Reader list) {
        BufferedReader lines = new BufferedReader(list);
        Map<String, List<Vote>> byStation = lines.lines().map(Vote::of).filter(vote -> !vote.hour().isEmpty()).collect(Collectors.groupingBy(Vote::station)); // wanted
        return byStation.values().stream().mapToInt(List::size).max().orElse(0);
    }

    static void run() {
        System.out.println(busiest(Load.file(5_000_000, at -> "station " + at % 700 + ";" + at + ";" + at % 10 + " o'clock, " + "by post, ".repeat(20))));
    }
}
