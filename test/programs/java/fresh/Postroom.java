package fresh;

import java.util.stream.IntStream;
import opennlp.tools.doccat.DoccatFactory;
import opennlp.tools.doccat.DoccatModel;
import opennlp.tools.doccat.DocumentCategorizerME;
import opennlp.tools.doccat.DocumentSample;
import opennlp.tools.util.ObjectStream;
import opennlp.tools.util.ObjectStreamUtils;
import opennlp.tools.util.TrainingParameters;

/** Letters are told apart by a model of OpenNLP that was trained when the program started. */
public final class Postroom {
    private final DocumentCategorizerME sorter;

    private Postroom() throws Exception {
        ObjectStream<DocumentSample> samples = ObjectStreamUtils.createObjectStream(IntStream.range(0, 6_000).mapToObj(Postroom::sample).toList());
        TrainingParameters settings = new TrainingParameters();
        settings.put(TrainingParameters.ITERATIONS_PARAM, 8);
        settings.put(TrainingParameters.CUTOFF_PARAM, 0);
        DoccatModel model = DocumentCategorizerME.train("en", samples, settings, new DoccatFactory());
        sorter = new DocumentCategorizerME(model);
    }

    private static DocumentSample sample(int at) {
        return new DocumentSample("office-" + at % 12, words(at));
    }

    private static String[] words(int at) {
        return IntStream.range(0, 12).mapToObj(word -> "word" + (at * 31 + word * word * 17) % 30_000).toArray(String[]::new);
    }

    static Postroom room;

    static void run() throws Exception {
        room = new Postroom();
        for (int letter = 0; letter < 500; letter++) room.sorter.getBestCategory(room.sorter.categorize(words(letter * 3)));
    }
}
