package judged;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;

/** A large XML document as a DOM tree, as editors and mapping tools have it. In good health. */
final class Almanac {
    private Almanac() {}

    static Document document;

    static void run() throws Exception {
        StringBuilder text = new StringBuilder("<almanac>");
        for (int day = 0; day < 12_000; day++)
            text.append("<day n=\"").append(day).append("\"><sun rise=\"").append(day % 9).append("\"/><note>Note for day ").append(day).append("</note></day>");
        text.append("</almanac>");
        document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8)));
        document.getElementsByTagName("note").getLength();
    }
}
