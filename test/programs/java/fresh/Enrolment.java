package fresh;

import com.opencsv.CSVReader;
import java.io.Reader;
import java.util.List;

/** Takes the applications of a year from a file, which OpenCSV reads whole. */
public class Enrolment {
    static int enrol(Reader file) throws Exception {
        int accepted = 0;
        try (CSVReader reader = new CSVReader(file)) {
            List<String[]> applications = reader.readAll(); // wanted
            for (String[] application : applications) if (application[2].startsWith("1")) accepted++;
        }
        return accepted;
    }

    static void run() throws Exception {
        System.out.println(enrol(Load.file(3_000_000, at -> "applicant " + at + ",\"Street of the school, " + at % 99 + "\"," + at % 6 + ".3," + "a school before, ".repeat(20))));
    }
}
