package judged;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.Gson;
import java.util.List;
import java.util.Map;

/** Jackson and Gson have read and written many documents; one price list stays in memory as a tree. In good health. */
final class Documents {
    private Documents() {}

    public static final class Invoice {
        public int number;
        public String customer;
        public List<Map<String, Object>> lines;
    }

    static final ObjectMapper MAPPER = new ObjectMapper();
    static final Gson GSON = new Gson();
    static JsonNode priceList;

    static void run() throws Exception {
        StringBuilder text = new StringBuilder("[");
        for (int at = 0; at < 25_000; at++) {
            if (at > 0) text.append(',');
            text.append("{\"article\":\"article ").append(at).append("\",\"cents\":").append(at * 13L).append(",\"tags\":[\"a\",\"b").append(at % 50).append("\"]}");
        }
        priceList = MAPPER.readTree(text.append(']').toString());
        for (int at = 0; at < 5_000; at++) {
            Invoice invoice = new Invoice();
            invoice.number = at;
            invoice.customer = "customer " + at % 300;
            invoice.lines = List.of(Map.of("article", at, "count", 3));
            Invoice read = MAPPER.readValue(MAPPER.writeValueAsBytes(invoice), Invoice.class);
            GSON.fromJson(GSON.toJson(read), Invoice.class);
        }
    }
}
