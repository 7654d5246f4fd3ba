import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Holds as many texts as an application does that is full of them, none of which is a secret, and among them made-up
 * secrets of ten kinds in seven forms each, none of which opens anything. Arguments: texts, and secrets of each kind and
 * form. Nothing varies between runs.
 */
public final class ManyTexts {
    /** One secret in every form, each in a field of its own. */
    static final class Planted {
        String plain;
        String json;
        String base64;
        String urlEncoded;
        String wide;
        char[] characters;
        byte[] utf16;
    }

    static final Map<String, List<Planted>> PLANTED = new HashMap<>();
    static final List<Object> TEXTS = new ArrayList<>();
    static final Map<String, String> CACHE = new HashMap<>();
    static final Random RANDOM = new Random(4711);

    static int below(int bound) {
        return RANDOM.nextInt(bound);
    }

    static String pick(String... of) {
        return of[below(of.length)];
    }

    static String letters(String alphabet, int count) {
        StringBuilder text = new StringBuilder(count);
        for (int k = 0; k < count; k++) text.append(alphabet.charAt(below(alphabet.length())));
        return text.toString();
    }

    static String digits(int count) {
        return letters("0123456789", count);
    }

    static String hex(int count) {
        return letters("0123456789abcdef", count);
    }

    static final String ALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    // What applications are full of.

    static String word() {
        return pick("order", "customer", "invoice", "shipment", "basket", "price", "stock", "user", "session", "token",
            "password", "secret", "request", "response", "handler", "factory", "service", "cache", "index", "account",
            "card", "phone", "email", "address", "region", "tenant", "bucket", "object", "event", "stream", "key");
    }

    static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    static String identifier() {
        switch (below(5)) {
            case 0: return word() + capital(word()) + capital(word());
            case 1: return word() + "_" + word() + "_" + below(1000);
            case 2: return (word() + "_" + word()).toUpperCase(Locale.ROOT);
            case 3: return word() + "." + word() + "." + word();
            default: return word() + "-" + word() + "-" + hex(10) + "-" + letters("bcdfghjklmnpqrstvwxz2456789", 5);
        }
    }

    static String className() {
        return "com." + pick("example", "acme", "shop") + "." + word() + "." + capital(word()) + capital(word());
    }

    static String moment() {
        return String.format("2026-%02d-%02dT%02d:%02d:%02d.%03d%s", 1 + below(12), 1 + below(28), below(24), below(60),
            below(60), below(1000), pick("Z", "+0530", "+02:00", "-0800"));
    }

    static String url() {
        return pick("https", "http") + "://" + pick("api", "cdn", "img", "www") + "." + pick("example.org", "acme.test")
            + pick("", ":8443") + "/" + pick("v1", "v2", "static") + "/" + word() + "/" + pick(digits(9), hex(24), uuid())
            + pick("", "?page=" + below(99), "?id=" + digits(16) + "&sort=asc", "?q=" + word() + "%20" + word() + "&v=" + hex(8),
                "?nextToken=" + base64(18) + "&limit=100", "#" + word());
    }

    static String uuid() {
        return new UUID(RANDOM.nextLong(), RANDOM.nextLong()).toString();
    }

    static String base64(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return below(2) == 0 ? Base64.getEncoder().encodeToString(random)
            : Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    static String sentence() {
        StringBuilder text = new StringBuilder("The");
        for (int k = 0, words = 4 + below(16); k < words; k++) text.append(' ').append(word());
        return text.append(pick(".", ", as the password policy requires.", ": token expired.", " (see section 4.2).",
            "; your secret: never tell it.", " since pin: none was set.")).toString();
    }

    static String statement() {
        return pick("SELECT id, " + word() + "_name, password_hash FROM " + word() + "s WHERE id = " + digits(12) + " AND state = 'NEW'",
            "UPDATE " + word() + " SET password=? , token=:token WHERE tenant_id=" + below(100000),
            "INSERT INTO " + word() + "_log (a, b, c) VALUES (" + digits(10) + ", '" + uuid() + "', " + below(100) + ".50)",
            "DELETE FROM " + word() + " WHERE expires < '" + moment() + "'");
    }

    static String json() {
        return "{\"id\":\"" + pick(uuid(), hex(24), digits(19)) + "\",\"" + word() + "\":" + below(1000000)
            + ",\"createdAt\":" + (1700000000000L + below(1 << 30)) + ",\"name\":\"" + word() + " " + word() + "\",\"" + pick(
                "password\":null", "tokenType\":\"Bearer\"", "nextPageToken\":\"" + base64(12) + "\"", "passwordHash\":\"" + hex(40) + "\"",
                "secretName\":\"db-" + hex(6) + "\"", "etag\":\"" + hex(32) + "\"", "password\":\"********\"",
                "tags\":[\"" + word() + "\",\"" + word() + "\"]", "price\":\"" + below(1000) + "." + digits(2) + "\"") + "}";
    }

    static String logLine() {
        return moment() + "  " + pick("INFO ", "WARN ", "DEBUG") + " [" + pick("http-nio-8080-exec-", "pool-1-thread-") + below(200)
            + "] [" + hex(32) + "," + hex(16) + "] " + className() + " - " + pick(
                "took " + below(5000) + " ms for " + digits(16) + "-" + below(9), "request " + uuid() + " from 10." + below(256) + "."
                + below(256) + "." + below(256) + ":" + (1024 + below(60000)), "login of user " + digits(8) + " password=***",
                "Authorization: Bearer [masked]", "offset=" + digits(16) + ", lag=" + below(100), sentence());
    }

    static String other() {
        return pick(hex(32), hex(40), hex(64), base64(15 + below(40)), digits(18), digits(19), "1764" + digits(12), moment(),
            "at " + className() + "." + word() + "(" + capital(word()) + ".java:" + below(2000) + ")",
            "(Ljava/lang/String;L" + className().replace('.', '/') + ";)V", "/srv/" + word() + "/" + word() + "/" + hex(12) + ".json",
            "${" + word().toUpperCase(Locale.ROOT) + "_PASSWORD}", "spring.datasource." + word() + ".password", "jdbc:postgresql://db" + below(9)
            + ".example.org:5432/" + word() + "?user=" + word() + "&ssl=true", "amqp://mq." + word() + ".svc.cluster.local:5672/%2f",
            "sha256:" + hex(64), "W/\"" + hex(16) + "\"", below(1000) + "." + below(100) + "." + below(100) + "-" + hex(7),
            "#" + hex(6), "arn:aws:s3:::" + word() + "-" + word() + "-" + digits(12), "<" + word() + " id=\"" + digits(10) + "\" ref=\"" + hex(8) + "\"/>",
            "GMT+02:00", "+" + below(100) + "%", "urn:uuid:" + uuid(), "data:image/png;base64," + base64(60 + below(200)),
            "\u0436\u0443\u0440\u043d\u0430\u043b " + word() + " " + digits(9), "sort:" + word() + ",token:" + word() + ",page:" + below(9),
            "X-Request-Id: " + uuid(), "JSESSIONID path=/; Secure; HttpOnly", "1" + digits(9) + "." + digits(6), "v1.Tag." + hex(20));
    }

    static String text() {
        switch (below(16)) {
            case 0: case 1: case 2: case 3: return identifier();
            case 4: case 5: return url();
            case 6: return sentence();
            case 7: case 8: return uuid();
            case 9: return statement();
            case 10: return json();
            case 11: case 12: return logLine();
            case 13: return className();
            default: return other();
        }
    }

    // Secrets.

    static String withCheckDigit(String digits) {
        int sum = 0;
        for (int k = 0; k < digits.length(); k++) {
            int digit = digits.charAt(digits.length() - 1 - k) - '0';
            int weighted = k % 2 == 0 ? 2 * digit : digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return digits + (10 - sum % 10) % 10;
    }

    static String iban(String country, String account) {
        String rest = account + country + "00";
        int remainder = 0;
        for (char letter : rest.toCharArray()) {
            int value = Character.digit(letter, 36);
            remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
        }
        return country + String.format("%02d", 98 - remainder) + account;
    }

    static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static String password() {
        return letters(ALL, 9) + below(10) + "x" + letters(ALL, 3);
    }

    static final Map<String, Supplier<String>> KINDS = new HashMap<>();

    static {
        KINDS.put("private-key", () -> "-----BEGIN " + pick("RSA ", "EC ", "") + "PRIVATE KEY-----\n" + letters(ALL, 64) + "\n"
            + letters(ALL, 40) + "\n-----END PRIVATE KEY-----");
        KINDS.put("jwt", () -> encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encoded("{\"sub\":\"" + digits(6) + "\"}") + "."
            + letters(ALL, 43));
        KINDS.put("cloud-key", () -> pick("AKIA" + letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16), "ghp_" + letters(ALL, 36),
            "AIza" + letters(ALL, 35), "sk_live_" + letters(ALL, 24), "glpat-" + letters(ALL, 20)));
        KINDS.put("url-password", () -> pick("jdbc:postgresql", "https", "mongodb", "amqp") + "://app:" + password() + "@db.example.org/shop");
        KINDS.put("named-value", () -> pick("password", "apiKey", "client_secret", "accessToken") + "=" + password());
        KINDS.put("authorization", () -> "Authorization: Bearer " + letters(ALL, 22) + digits(3));
        KINDS.put("card", ManyTexts::card);
        KINDS.put("iban", () -> "account " + iban("DE", digits(18)) + " ok");
        KINDS.put("email", () -> letters("abcdefghijklmnop", 6) + "." + letters("qrstuvwxyz", 6) + "@mail.example.org");
        KINDS.put("phone", () -> "call +49" + pick("151", "170") + digits(8) + " today");
    }

    /** Cards have 16 digits, whatever their issuer. */
    static String card() {
        String issuer = pick("4", "51", "6011");
        return "card " + withCheckDigit(issuer + digits(15 - issuer.length())) + " charged";
    }

    static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (char letter : text.toCharArray()) {
            boolean plain = Character.isLetterOrDigit(letter) || "-_.".indexOf(letter) >= 0;
            encoded.append(plain ? String.valueOf(letter) : String.format("%%%02X", (int) letter));
        }
        return encoded.toString();
    }

    static Planted plant(Supplier<String> secret) {
        Planted planted = new Planted();
        planted.plain = secret.get();
        planted.json = "{\"id\":" + below(1000) + ",\"text\":\"" + secret.get().replace("\n", "\\n") + "\"}";
        planted.base64 = Base64.getEncoder().encodeToString(("x " + secret.get()).getBytes(StandardCharsets.UTF_8));
        planted.urlEncoded = percentEncoded("q=a b&text= " + secret.get());
        planted.wide = "\u0436\u0436 " + secret.get();
        planted.characters = secret.get().toCharArray();
        planted.utf16 = secret.get().getBytes(StandardCharsets.UTF_16LE);
        return planted;
    }

    public static void main(String[] args) throws Exception {
        int texts = Integer.parseInt(args[0]);
        int each = Integer.parseInt(args[1]);
        for (Map.Entry<String, Supplier<String>> kind : KINDS.entrySet()) {
            List<Planted> planted = new ArrayList<>();
            for (int k = 0; k < each; k++) planted.add(plant(kind.getValue()));
            PLANTED.put(kind.getKey(), planted);
        }
        for (int k = 0; k < texts; k++) {
            String text = text();
            int how = below(20);
            if (how == 0) TEXTS.add(text.toCharArray());
            else if (how == 1) TEXTS.add(text.getBytes(StandardCharsets.UTF_8));
            else if (how == 2) CACHE.put("entry-" + k, text);
            else TEXTS.add(text);
        }
        System.out.println("READY");
        Thread.sleep(Long.MAX_VALUE);
    }
}
