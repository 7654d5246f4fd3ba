import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Holds made-up secrets of many kinds in the ways programs hold them, and waits. Nothing here opens anything. */
public final class Secrets {
    static final class Account {
        final String dbPassword;
        final char[] pin;
        final byte[] apiSecret;
        final long cardNumber = 4012888888881881L;
        String note;

        Account(String dbPassword, char[] pin, byte[] apiSecret) {
            this.dbPassword = dbPassword;
            this.pin = pin;
            this.apiSecret = apiSecret;
        }
    }

    static final List<Object> HELD = new ArrayList<>();
    static final Map<String, String> SETTINGS = new HashMap<>();
    static final Properties PROPERTIES = new Properties();
    static long licenceNumber = 7000123456789L;

    /** Joined at run time, so that each is in the heap as it is held and not as a constant besides. */
    static String join(String... parts) {
        StringBuilder all = new StringBuilder();
        for (String part : parts) all.append(part);
        return new String(all.toString().toCharArray());
    }

    /** Nobody calls it, so that no String is made of its constant. */
    static String neverCalled() {
        return "jdbc:mysql://root:Constant66x@db.example.org/x";
    }

    static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    public static void main(String[] args) throws Exception {
        HELD.add(join("-----BEGIN RSA PRIVATE", " KEY-----\nMIIEowIBAAKCAQEA7vQ2yX5Y0zqk\n-----END RSA PRIVATE", " KEY-----\n"));
        HELD.add(join(base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), ".", base64("{\"sub\":\"4711\",\"name\":\"Ada\"}"), ".",
            "dBjftJeZ4CVPmB92K27uhbUJU1p1rwW1gFWFOEjXk"));
        HELD.add(join("AKIA", "Q3EGRZ7WXV5LNB2T"));
        HELD.add(join("ghp_", "n8Qw3ErTy5UiOp7AsDfG9hJkLzXc1Vb2Nm4Q"));
        HELD.add(join("jdbc:postgresql://app:", "Tr0ub4dor", "@db.example.org/shop"));
        HELD.add(join("https://deploy:", "s3cr3tW0rd", "@git.example.org/shop.git"));
        HELD.add(join("{\"user\":\"ada\",\"password\":\"", "correct-horse-7", "\"}"));
        HELD.add(join("card 4012", "8888", "8888", "1881 was charged"));
        HELD.add(join("GB82WEST", "12345698765432"));
        HELD.add(join("Aadhaar 2341 ", "2341", " 2346"));
        HELD.add(join("PAN ABCPE", "1234F"));
        HELD.add(join("ada", "@okaxis"));
        HELD.add(join("ada.lovelace", "@mail.example.org"));
        HELD.add(join("+4915", "123456789"));
        HELD.add(join("Authorization: Bearer ", "mF9x4B5f1q2JqMTz0sKpLw"));
        HELD.add(join("user%3Dada%26password%3D", "Percent%2B99x"));
        HELD.add(join("\u0436\u0436 password=", "Unicode88pass"));
        HELD.add(Base64.getEncoder().encodeToString(
            join("jdbc:mysql://root:", "Encoded77", "@db.example.org/x").getBytes(StandardCharsets.UTF_8)));
        HELD.add(join("token=", "Buffer55token").getBytes(StandardCharsets.UTF_16LE));
        SETTINGS.put("spring.datasource.password", join("map", "Value66"));
        SETTINGS.put("colour", "blue");
        PROPERTIES.setProperty("client.secret", join("prop", "Value44"));
        HELD.add(new Account(join("field", "Value33"), join("97", "31").toCharArray(),
            join("raw", "Bytes22x").getBytes(StandardCharsets.ISO_8859_1)));
        HELD.add(new StringBuilder(join("Slack33inBuilder")));
        Thread thread = new Thread(() -> {
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException ended) {
                return;
            }
        }, join("worker-of-", "customer-4711"));
        thread.setDaemon(true);
        thread.start();
        System.out.println("READY");
        Thread.sleep(Long.MAX_VALUE);
    }
}
