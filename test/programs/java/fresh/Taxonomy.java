package fresh;

import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;
import org.apache.jena.rdf.model.Property;
import org.apache.jena.rdf.model.Resource;

/** Plants and their families as statements of RDF in Jena, read when the program starts and asked ever since. */
public class Taxonomy {
    private static final Model PLANTS = ModelFactory.createDefaultModel();
    private static final Property FAMILY = PLANTS.createProperty("urn:p:family");
    private static final Property NAME = PLANTS.createProperty("urn:p:name");

    static {
        for (int plant = 0; plant < 30_000; plant++) {
            Resource one = PLANTS.createResource("urn:plant:" + plant);
            one.addProperty(NAME, "plant number " + plant);
            one.addProperty(FAMILY, PLANTS.createResource("urn:family:" + plant % 400));
        }
    }

    static void run() {
        int found = 0;
        for (int family = 0; family < 400; family++)
            found += PLANTS.listSubjectsWithProperty(FAMILY, PLANTS.createResource("urn:family:" + family)).toList().size();
        if (found != 30_000) throw new IllegalStateException("found " + found);
    }
}
