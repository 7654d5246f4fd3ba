package unseen;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.imageio.ImageIO;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A Spring Boot application: forty paintings, drawn when first asked for. */
@SpringBootApplication(proxyBeanMethods = false)
public class Gallery {
    static ServletWebServerApplicationContext context;

    static void run() throws Exception {
        SpringApplication application = new SpringApplication(Gallery.class, Paintings.class, Door.class);
        application.setDefaultProperties(Map.of("server.port", "0", "spring.main.banner-mode", "off", "logging.level.root", "ERROR"));
        context = (ServletWebServerApplicationContext) application.run();
        Load.visit(context.getWebServer().getPort(), 12, 150, (who, at) -> at % 3 == 0 ? "/paintings" : "/paintings/" + (who * 7 + at) % 40);
    }

    public record Painting(int number, String title, int bytes) {}

    @Service
    public static class Paintings {
        private final Map<Integer, byte[]> drawn = new ConcurrentHashMap<>();

        byte[] painting(int number) {
            return drawn.computeIfAbsent(number, Paintings::draw);
        }

        private static byte[] draw(int number) {
            try {
                BufferedImage canvas = new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB);
                Graphics2D brush = canvas.createGraphics();
                for (int stroke = 0; stroke < 400; stroke++) {
                    brush.setColor(new Color((number * 31 + stroke * 7919) & 0xffffff));
                    brush.fillRect(stroke * 37 % 300, stroke * 53 % 200, 20, 20);
                }
                ByteArrayOutputStream png = new ByteArrayOutputStream();
                ImageIO.write(canvas, "bmp", png);
                return png.toByteArray();
            } catch (java.io.IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    @RestController
    public static class Door {
        private final Paintings paintings;

        public Door(Paintings paintings) {
            this.paintings = paintings;
        }

        @GetMapping("/paintings")
        public Map<Integer, Painting> all() {
            Map<Integer, Painting> all = new LinkedHashMap<>();
            for (int number = 0; number < 40; number++) all.put(number, new Painting(number, "Untitled " + number, 0));
            return all;
        }

        @GetMapping("/paintings/{number}")
        public Painting one(@PathVariable("number") int number) {
            return new Painting(number, "Untitled " + number, paintings.painting(number).length);
        }
    }
}
