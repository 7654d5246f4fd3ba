package fresh;

import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;

/** What has happened at an office, as events of Axon in its engine that stores them in memory. For a small office that may do. */
public class Bureau {
    record Stamped(int paper, String clerk, byte[] seal) {}

    private final EventStore store = EmbeddedEventStore.builder().storageEngine(new InMemoryEventStorageEngine()).build();

    void stamp(int paper) {
        store.publish(GenericEventMessage.asEventMessage(new Stamped(paper, "clerk " + paper % 9, new byte[120])));
    }

    static final Bureau office = new Bureau();

    static void run() {
        for (int paper = 0; paper < 50_000; paper++) office.stamp(paper);
    }
}
