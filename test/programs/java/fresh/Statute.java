package fresh;

import java.io.Reader;
import java.util.concurrent.Executors;
import org.jdom2.Document;
import org.jdom2.input.SAXBuilder;

/** Counts the paragraphs of a collection of laws, which is read into a document of JDOM by a worker. */
public class Statute {
    static int paragraphs(Reader laws) throws Exception {
        Document collection = new SAXBuilder().build(laws); // wanted
        return collection.getRootElement().getChildren("paragraph").size();
    }

    static void run() throws Exception {
        int last = 3_000_000;
        var workers = Executors.newFixedThreadPool(2);
        System.out.println(workers.submit(() -> paragraphs(Load.file(last + 1, at ->
            at == 0 ? "<laws>" : at == last ? "</laws>" : "<paragraph number='" + at + "'>Whoever does this number of things shall not do that</paragraph>"))).get());
    }
}
