package fresh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;

/** A brochure for each member of a club, all as pages of one document of PDFBox that is written at the end. */
public class Brochures {
    byte[] forAllMembers(int members) throws IOException {
        try (PDDocument document = new PDDocument()) {
            for (int member = 0; member < members; member++) brochure(document, member); // wanted
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            document.save(file);
            return file.toByteArray();
        }
    }

    private void brochure(PDDocument document, int member) throws IOException {
        PDPage page = new PDPage(PDRectangle.A4); // wanted
        document.addPage(page); // wanted
        try (PDPageContentStream content = new PDPageContentStream(document, page)) { // wanted
            for (int line = 0; line < 60; line++) content.addRect(50, 50 + line * 10, (member * 31 + line) % 400, 8); // wanted
            content.fill(); // wanted
        } // wanted
    }

    static void run() throws Exception {
        System.out.println(new Brochures().forAllMembers(1_000_000).length);
    }
}
