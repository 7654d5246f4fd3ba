package unseen;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** Last year's measurements as records of Avro, read from a file at start. */
public class Weather {
    private static final Schema SCHEMA = SchemaBuilder.record("Measurement").fields()
        .requiredLong("at").requiredString("station").requiredDouble("celsius").requiredDouble("rain")
        .name("gusts").type().array().items().doubleType().noDefault()
        .endRecord();

    private final List<GenericRecord> year = new ArrayList<>();

    private static byte[] file(int count) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        GenericDatumWriter<GenericRecord> writer = new GenericDatumWriter<>(SCHEMA);
        for (int at = 0; at < count; at++) {
            GenericRecord record = new GenericData.Record(SCHEMA);
            record.put("at", at * 600_000L);
            record.put("station", "station-" + at % 40);
            record.put("celsius", at % 50 - 15.0);
            record.put("rain", at % 7 / 3.0);
            record.put("gusts", List.of(at % 31 * 1.0, at % 37 * 1.0, at % 41 * 1.0));
            writer.write(record, encoder);
        }
        encoder.flush();
        return bytes.toByteArray();
    }

    static final Weather archive = new Weather();

    static void run() throws Exception {
        var decoder = DecoderFactory.get().binaryDecoder(file(52_560), null);
        var reader = new GenericDatumReader<GenericRecord>(SCHEMA);
        while (!decoder.isEnd()) archive.year.add(reader.read(null, decoder));
        double warmest = archive.year.stream().mapToDouble(record -> (Double) record.get("celsius")).max().orElseThrow();
        System.out.println(warmest);
    }
}
