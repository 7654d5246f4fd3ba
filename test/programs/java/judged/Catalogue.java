package judged;

import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;

/** Every search opens a reader of a Lucene index that changes, and readers stay open. */
final class Catalogue {
    private Catalogue() {}

    static final class Shelf {
        private final Map<Integer, DirectoryReader> views = new HashMap<>();
    }

    static final Shelf SHELF = new Shelf();

    static void run() throws Exception {
        IndexWriter writer = new IndexWriter(new ByteBuffersDirectory(),
            new IndexWriterConfig(new org.apache.lucene.analysis.standard.StandardAnalyzer()));
        for (int at = 0; at < 700; at++) {
            Document document = new Document();
            document.add(new TextField("text", ("book " + at + " about w" + at % 90 + " ").repeat(60), Field.Store.YES));
            writer.addDocument(document);
            SHELF.views.put(at, DirectoryReader.open(writer));
        }
    }
}
