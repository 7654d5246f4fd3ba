package fresh;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;

/** A bean of CDI gets another one for each scene from an Instance; Weld keeps those until the one that asked goes, which is never. */
public class Stagehand {
    @Dependent
    public static class Scene {
        private final byte[] props = new byte[1_500];

        int play(int number) {
            return props.length + number;
        }

        @PreDestroy
        void clearAway() {
            props[0] = 0;
        }
    }

    @ApplicationScoped
    public static class Stage {
        @Inject
        Instance<Scene> scenes;

        public int evening(int number) {
            return scenes.get().play(number);
        }
    }

    static SeContainer container;

    static void run() {
        container = SeContainerInitializer.newInstance().disableDiscovery().addBeanClasses(Stage.class, Scene.class).initialize();
        Stage stage = container.select(Stage.class).get();
        for (int number = 0; number < 12_000; number++) stage.evening(number);
    }
}
