package unseen;

import com.sun.net.httpserver.HttpServer;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.glassfish.jersey.jackson.JacksonFeature;
import org.glassfish.jersey.jdkhttp.JdkHttpServerFactory;
import org.glassfish.jersey.server.ResourceConfig;

/** Plants by family, served as JSON by Jersey. */
public class Herbarium {
    public static class Plant {
        public String latin;
        public String found;
        public int year;
        public List<String> synonyms = new ArrayList<>();
    }

    @Singleton
    @Path("/families")
    @Produces("application/json")
    public static class Families {
        private final Map<String, List<Plant>> byFamily = new HashMap<>();

        public Families() {
            for (int at = 0; at < 60_000; at++) {
                Plant plant = new Plant();
                plant.latin = "Planta " + Integer.toString(at, 26);
                plant.found = "meadow " + at % 977;
                plant.year = 1800 + at % 220;
                plant.synonyms.add("Herba " + at);
                byFamily.computeIfAbsent("family-" + at % 300, name -> new ArrayList<>()).add(plant);
            }
        }

        @GET
        @Path("{name}")
        public List<Plant> family(@PathParam("name") String name) {
            return byFamily.getOrDefault(name, List.of()).subList(0, 20);
        }
    }

    static void run() throws Exception {
        ResourceConfig config = new ResourceConfig(Families.class, JacksonFeature.class);
        HttpServer server = JdkHttpServerFactory.createHttpServer(URI.create("http://127.0.0.1:0/"), config);
        Load.visit(server.getAddress().getPort(), 8, 40, (who, at) -> "/families/family-" + (who * at) % 300);
    }
}
