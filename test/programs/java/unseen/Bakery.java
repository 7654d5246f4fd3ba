package unseen;

import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.PathHandler;
import io.undertow.util.Headers;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Undertow in front of a price list that is read once and of a counter of loaves. */
class Bakery {
    record Bread(String name, String story, int cents, double[] nutrition) {}

    private final List<Bread> breads = new ArrayList<>();
    private final AtomicInteger loaves = new AtomicInteger();

    private Bakery() {
        for (int at = 0; at < 30_000; at++)
            breads.add(new Bread("bread-" + at, "Baked of flour number " + at * 13 + " in oven " + at % 5, 150 + at % 400, new double[12]));
    }

    private void sell(HttpServerExchange exchange) {
        int number = Integer.parseInt(exchange.getQueryParameters().get("number").getFirst());
        loaves.incrementAndGet();
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain");
        exchange.getResponseSender().send(breads.get(number % breads.size()).toString());
    }

    static void run() throws Exception {
        Bakery bakery = new Bakery();
        HttpHandler routes = new PathHandler().addPrefixPath("/sell", bakery::sell).addPrefixPath("/", exchange -> exchange.getResponseSender().send("open"));
        Undertow server = Undertow.builder().addHttpListener(0, "127.0.0.1").setIoThreads(2).setWorkerThreads(8).setHandler(routes).build();
        server.start();
        int port = ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
        Load.visit(port, 10, 400, (who, at) -> at % 10 == 0 ? "/" : "/sell?number=" + (who * 1000 + at));
    }
}
