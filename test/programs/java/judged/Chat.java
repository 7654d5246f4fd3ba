package judged;

import reactor.core.publisher.Sinks;

/** A sink of Reactor replays all messages since the start. */
final class Chat {
    private Chat() {}

    record Message(String from, String text) {}

    static final class Room {
        private final Sinks.Many<Message> talk = Sinks.many().replay().all();
    }

    static final Room ROOM = new Room();

    static void run() {
        for (int at = 0; at < 40_000; at++) ROOM.talk.tryEmitNext(new Message("guest " + at % 300, "Message " + at + " of the day. ".repeat(12)));
    }
}
