package heldout;

import java.io.Reader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Timetables of all railways come as XML. It is read as a document although its stops are looked at once, in their order. */
public class TimetableImport {
    private static int stops(Reader xml) throws Exception {
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(xml)); // wanted
        return document.getElementsByTagName("stop").getLength();
    }

    private static Reader railways() {
        int last = 10_000_000;
        return Load.file(last, at -> {
            if (at == 0) return "<timetable>";
            if (at == last - 1) return "</timetable>";
            return "<train number=\"" + at + "\"><stop at=\"" + at % 24 + ":15\">Station " + at % 4_000 + "</stop><stop at=\"" + (at + 1) % 24 + ":40\">Terminus</stop></train>";
        });
    }

    static void run() throws Exception {
        System.out.println(stops(railways()));
    }
}
