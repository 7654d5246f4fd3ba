package unseen;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Traces of parcels go through a batch exporter, which has sent them all; each of 5000 routes is known by heart. */
class Parcels {
    static final AtomicLong sent = new AtomicLong();
    static final String[] routes = new String[5_000];

    static class Post implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            sent.addAndGet(spans.size());
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    static void run() {
        for (int at = 0; at < routes.length; at++) routes[at] = ("stop " + at + ", ").repeat(200);
        SdkTracerProvider provider = SdkTracerProvider.builder().addSpanProcessor(BatchSpanProcessor.builder(new Post()).build()).build();
        Tracer tracer = provider.get("parcels");
        for (int parcel = 0; parcel < 20_000; parcel++) {
            Span span = tracer.spanBuilder("deliver").setAttribute(AttributeKey.longKey("parcel"), (long) parcel).startSpan();
            try (Scope scope = span.makeCurrent()) {
                Span.current().addEvent(routes[parcel % routes.length].substring(0, 20));
            } finally {
                span.end();
            }
        }
        provider.forceFlush().join(20, TimeUnit.SECONDS);
        System.out.println(sent);
    }
}
