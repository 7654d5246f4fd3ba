package fresh;

import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import java.util.List;

/** All courses of a university, one document of XML that JAXB has read whole. It is what the program shows. */
@XmlRootElement(name = "syllabus")
@XmlAccessorType(XmlAccessType.FIELD)
public class Syllabus {
    @XmlElement(name = "course")
    List<Course> courses;

    @XmlAccessorType(XmlAccessType.FIELD)
    static class Course {
        @XmlAttribute
        int number;
        String title;
        @XmlElement(name = "hour")
        List<Integer> hours;
    }

    static Syllabus shown;

    static void run() throws Exception {
        int last = 40_001;
        shown = (Syllabus) JAXBContext.newInstance(Syllabus.class).createUnmarshaller().unmarshal(Load.file(last + 1, at ->
            at == 0 ? "<syllabus>" : at == last ? "</syllabus>"
                : "<course number='" + at + "'><title>Introduction to the field " + at + "</title><hour>" + at % 9 + "</hour><hour>4</hour></course>"));
        if (shown.courses.size() != 40_000) throw new IllegalStateException();
    }
}
