package unseen;

import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import java.util.concurrent.atomic.AtomicInteger;

/** Declarations pass a Camel route over a queue of its own and have all come through. */
class Customs {
    static final AtomicInteger cleared = new AtomicInteger();
    static final double[][] tariffs = new double[2_000][1_000];

    static void run() throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:declare").choice().when(body().startsWith("nothing")).to("direct:cleared").otherwise().to("seda:inspect?size=50&blockWhenFull=true");
                from("seda:inspect?concurrentConsumers=3&size=50&blockWhenFull=true").process(exchange -> exchange.getMessage().setHeader("tariff", tariffs[cleared.get() % 2_000][7])).to("direct:cleared");
                from("direct:cleared").process(exchange -> cleared.incrementAndGet());
            }
        });
        camel.start();
        ProducerTemplate traveller = camel.createProducerTemplate();
        for (int at = 0; at < 8_000; at++) traveller.sendBody("direct:declare", at % 4 == 0 ? "nothing" : "goods " + at);
        while (cleared.get() < 8_000) Thread.sleep(20);
    }
}
