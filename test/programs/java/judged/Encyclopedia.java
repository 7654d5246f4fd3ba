package judged;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;

/** A Lucene index in memory: one thread writes, four search, and so they are dumped. In good health. */
final class Encyclopedia {
    private Encyclopedia() {}

    static final ByteBuffersDirectory DIRECTORY = new ByteBuffersDirectory();
    static IndexWriter writer;
    static SearcherManager searchers;

    static void run() throws Exception {
        Analyzer analyzer = new org.apache.lucene.analysis.standard.StandardAnalyzer();
        writer = new IndexWriter(DIRECTORY, new IndexWriterConfig(analyzer));
        searchers = new SearcherManager(writer, null);
        Random random = new Random(7);
        for (int at = 0; at < 25_000; at++) writer.addDocument(article(random, at));
        writer.commit();
        CountDownLatch working = new CountDownLatch(5);
        Run.start("indexer", () -> {
            for (int at = 0; ; at++) {
                writer.updateDocument(new Term("id", "" + at % 25_000), article(random, at % 25_000));
                if (at % 200 == 0) searchers.maybeRefresh();
                if (at == 2_000) working.countDown();
            }
        });
        for (int at = 0; at < 4; at++) Run.start("searcher-" + at, () -> search(working));
        Run.await(working);
    }

    private static void search(CountDownLatch working) throws Exception {
        for (int at = 0; ; at++) {
            IndexSearcher searcher = searchers.acquire();
            try {
                searcher.search(new TermQuery(new Term("text", "word" + at % 5_000)), 20);
            } finally {
                searchers.release(searcher);
            }
            if (at == 500) working.countDown();
        }
    }

    private static Document article(Random random, int id) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < 80; at++) text.append("word").append(random.nextInt(5_000)).append(' ');
        Document document = new Document();
        document.add(new StringField("id", "" + id, Field.Store.YES));
        document.add(new TextField("text", text.toString(), Field.Store.YES));
        return document;
    }
}
