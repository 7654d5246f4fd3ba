package fresh;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.commons.io.FileUtils;

/** Each letter goes through a file that Commons IO is to delete on exit. It is deleted after use anyway, and the server never exits. */
public class Shredder {
    private final File folder;
    private long bytes;

    Shredder(File folder) {
        this.folder = folder;
    }

    void letter(int number) throws IOException {
        File file = new File(folder, "letter-to-the-customer-with-the-number-" + number + "-of-the-branch-in-the-north.tmp");
        FileUtils.touch(file);
        FileUtils.forceDeleteOnExit(file);
        bytes += file.length();
        FileUtils.delete(file);
    }

    static void run() throws Exception {
        File folder = Files.createTempDirectory("letters").toFile();
        Shredder shredder = new Shredder(folder);
        for (int number = 0; number < 30_000; number++) shredder.letter(number);
        FileUtils.deleteDirectory(folder);
    }
}
