package unseen;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listeners tune in over gRPC and hang up again. The station keeps all of their observers. */
class Radio {
    static class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException failure) {
                throw new java.io.UncheckedIOException(failure);
            }
        }
    }

    static final MethodDescriptor<byte[], byte[]> TUNE_IN = MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
        .setFullMethodName("radio/tuneIn")
        .setRequestMarshaller(new Bytes())
        .setResponseMarshaller(new Bytes())
        .build();

    static class Station {
        final List<StreamObserver<byte[]>> listeners = new CopyOnWriteArrayList<>();

        void tuneIn(byte[] request, StreamObserver<byte[]> listener) {
            ((io.grpc.stub.ServerCallStreamObserver<byte[]>) listener).setOnCancelHandler(() -> {});
            listeners.add(listener);
            listener.onNext(new byte[] {1});
        }
    }

    static void run() throws Exception {
        Station station = new Station();
        Server server = InProcessServerBuilder.forName("radio").directExecutor()
            .addService(ServerServiceDefinition.builder("radio").addMethod(TUNE_IN, ServerCalls.asyncServerStreamingCall(station::tuneIn)).build())
            .build().start();
        ManagedChannel channel = InProcessChannelBuilder.forName("radio").directExecutor().build();
        for (int at = 0; at < 6_000; at++) {
            ClientCall<byte[], byte[]> call = channel.newCall(TUNE_IN, CallOptions.DEFAULT);
            call.start(new ClientCall.Listener<>() {}, new Metadata());
            call.request(1);
            call.sendMessage(new byte[] {7});
            call.halfClose();
            call.cancel("heard enough", null);
        }
        if (server.isShutdown() || station.listeners.size() != 6_000) throw new IllegalStateException("" + station.listeners.size());
    }
}
