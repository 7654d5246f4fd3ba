package heldout;

import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import java.io.Reader;
import java.util.List;

/** The readings of all meters come in one file, of which univocity is asked for all lines at once. */
public class MeterReadings {
    private final CsvParserSettings settings = new CsvParserSettings();

    double consumption(Reader file) {
        settings.getFormat().setDelimiter(';');
        settings.setReadInputOnSeparateThread(false);
        CsvParser parser = new CsvParser(settings);
        List<String[]> lines = parser.parseAll(file); // wanted
        double sum = 0;
        for (String[] line : lines) sum += Double.parseDouble(line[2]);
        return sum;
    }

    static void run() {
        Reader file = Load.file(20_000_000, at -> "meter-" + at % 50_000 + ";2024-01-" + (1 + at % 28) + ";" + at % 700 + ".5;kWh;estimated");
        System.out.println(new MeterReadings().consumption(file));
    }
}
