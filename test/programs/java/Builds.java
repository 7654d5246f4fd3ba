import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.jar.Manifest;

/**
 * Knows its own build in the ways programs do, as its arguments say: `properties` loads a git.properties, `manifest`
 * reads a manifest, `two` loads two that differ. A system property comes from the command line. Prints READY and waits.
 */
public class Builds {
  static final Object[] KNOWN = new Object[3];

  public static void main(String[] arguments) throws Exception {
    for (String argument : arguments) {
      switch (argument) {
        case "properties" -> KNOWN[0] = loaded("0123456789abcdef0123456789abcdef01234567");
        case "two" -> {
          KNOWN[0] = loaded("0123456789abcdef0123456789abcdef01234567");
          KNOWN[1] = loaded("fedcba9876543210fedcba9876543210fedcba98");
        }
        case "manifest" -> {
          String text = "Manifest-Version: 1.0\nImplementation-Title: recon\nGit-Commit: 89abcdef0123\n\n";
          KNOWN[2] = new Manifest(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        }
        default -> throw new IllegalArgumentException(argument);
      }
    }
    System.getenv();
    System.out.println("READY");
    Thread.sleep(Long.MAX_VALUE);
  }

  private static Properties loaded(String commit) throws Exception {
    Properties properties = new Properties();
    properties.load(
        new StringReader(
            "git.branch=main\ngit.commit.id="
                + commit
                + "\ngit.commit.id.abbrev="
                + commit.substring(0, 7)
                + "\ngit.build.version=1.4.2\n"));
    return properties;
  }
}
