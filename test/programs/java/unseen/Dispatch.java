package unseen;

import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;

/** Ambulances report where they are over gRPC; each of nine hundred has one place on the map. */
class Dispatch {
    enum Text implements MethodDescriptor.Marshaller<String> {
        UTF8;

        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException impossible) {
                throw new java.io.UncheckedIOException(impossible);
            }
        }
    }

    static final MethodDescriptor<String, String> REPORT = MethodDescriptor.<String, String>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("dispatch", "report"))
        .setRequestMarshaller(Text.UTF8)
        .setResponseMarshaller(Text.UTF8)
        .build();

    private final ConcurrentHashMap<String, char[]> places = new ConcurrentHashMap<>();

    private String place(String report) {
        String[] parts = report.split("@");
        places.put(parts[0], (parts[1] + " ".repeat(8_000)).toCharArray());
        return "go on";
    }

    static void run() throws Exception {
        Dispatch dispatch = new Dispatch();
        Server server = InProcessServerBuilder.forName("dispatch")
            .addService(ServerServiceDefinition.builder("dispatch").addMethod(REPORT, ServerCalls.asyncUnaryCall((String report, io.grpc.stub.StreamObserver<String> answer) -> {
                answer.onNext(dispatch.place(report));
                answer.onCompleted();
            })).build())
            .build()
            .start();
        ManagedChannel channel = InProcessChannelBuilder.forName("dispatch").build();
        for (int at = 0; at < 6_000; at++)
            ClientCalls.blockingUnaryCall(channel, REPORT, io.grpc.CallOptions.DEFAULT, "ambulance-" + at % 900 + "@" + at);
        if (server.isShutdown() || channel.isShutdown()) throw new IllegalStateException();
    }
}
