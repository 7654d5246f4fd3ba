package fresh;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.integration.aggregator.AggregatingMessageHandler;
import org.springframework.integration.aggregator.DefaultAggregatingMessageGroupProcessor;
import org.springframework.integration.channel.NullChannel;
import org.springframework.integration.store.SimpleMessageStore;
import org.springframework.integration.support.MessageBuilder;

/** Tiles of a picture come one by one and are put together by Spring Integration when all three are there. Often one is lost, and the others wait. */
public class Mosaic {
    private final AggregatingMessageHandler tiles;

    private Mosaic() {
        GenericApplicationContext context = new GenericApplicationContext();
        context.refresh();
        tiles = new AggregatingMessageHandler(new DefaultAggregatingMessageGroupProcessor(), new SimpleMessageStore());
        tiles.setOutputChannel(new NullChannel());
        tiles.setExpireGroupsUponCompletion(true);
        tiles.setBeanFactory(context);
        tiles.afterPropertiesSet();
        tiles.start();
    }

    void tile(int picture, int number, byte[] colours) {
        tiles.handleMessage(MessageBuilder.withPayload(colours).setCorrelationId("picture-" + picture).setSequenceNumber(number).setSequenceSize(3).build());
    }

    static Mosaic wall;

    static void run() {
        wall = new Mosaic();
        for (int picture = 0; picture < 9_000; picture++)
            for (int number = 1; number <= 3; number++)
                if (number < 3 || picture % 4 == 0) wall.tile(picture, number, new byte[500]);
    }
}
