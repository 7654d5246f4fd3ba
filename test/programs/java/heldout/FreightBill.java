package heldout;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.Reader;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A carrier sends the bill of the month as one array of JSON. Gson makes a list of it before the first position is checked. */
public class FreightBill {
    static final class Position {
        String shipment;
        double weight;
        long cents;
        List<String> surcharges;
    }

    private static final Gson GSON = new Gson();

    static long check(Reader bill) {
        List<Position> positions = GSON.fromJson(bill, new TypeToken<List<Position>>() {}.getType()); // wanted
        long cents = 0;
        for (Position position : positions) cents += position.cents;
        return cents;
    }

    static void run() throws Exception {
        ExecutorService imports = Executors.newSingleThreadExecutor(work -> new Thread(work, "bill-import"));
        System.out.println(imports.submit(() -> check(month())).get());
    }

    private static Reader month() {
        int last = 8_000_000;
        return Load.file(last, at -> (at == 0 ? "[" : ",")
            + "{\"shipment\":\"S-" + at + "\",\"weight\":" + at % 900 + ".5,\"cents\":" + at % 7_000 + ",\"surcharges\":[\"toll " + at % 13 + "\",\"fuel\"]}"
            + (at == last - 1 ? "]" : ""));
    }
}
