package unseen;

import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.util.TimeValue;

/** A new HTTP client for every parcel, each with a thread that closes idle connections. None is closed. */
class Couriers {
    static class Tracking {
        private final byte[] label = new byte[40_000];
        private final CloseableHttpClient http = HttpClients.custom()
            .addRequestInterceptorFirst((request, entity, context) -> request.addHeader("Label", label.length))
            .evictExpiredConnections()
            .evictIdleConnections(TimeValue.of(1, TimeUnit.MINUTES))
            .build();

        boolean isDelivered(int parcel) {
            return http != null && parcel % 2 == 0;
        }
    }

    static void run() {
        int delivered = 0;
        for (int parcel = 0; parcel < 400; parcel++) if (new Tracking().isDelivered(parcel)) delivered++;
        System.out.println(delivered);
    }
}
