package unseen;

import org.dom4j.Document;
import org.dom4j.DocumentHelper;

/** A roll of all citizens is built as one document of dom4j before the first line is sent. */
class Roll {
    private final int citizens;

    Roll(int citizens) {
        this.citizens = citizens;
    }

    String asXml() {
        Document document = DocumentHelper.createDocument();
        document.addElement("roll");
        for (int citizen = 0; citizen < citizens; citizen++)
            document.getRootElement().addElement("citizen").addAttribute("number", "" + citizen).addElement("name").addText("Citizen Number " + citizen); // wanted
        return document.asXML();
    }

    static void run() {
        System.out.println(new Roll(5_000_000).asXml().length());
    }
}
