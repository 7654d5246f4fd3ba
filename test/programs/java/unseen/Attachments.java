package unseen;

import java.io.File;

/** Every attachment is written to a file that is to be deleted on exit, and deleted at once, too. */
class Attachments {
    private final File folder = new File(System.getProperty("java.io.tmpdir"), "attachments-of-the-incoming-mail-of-the-support-desk");

    void receive(int mail) {
        File file = new File(folder, "mail-" + mail + "-attachment-with-a-rather-long-name-as-customers-give-them-to-their-scans.pdf");
        file.deleteOnExit();
        file.delete();
    }

    static void run() {
        Attachments desk = new Attachments();
        for (int mail = 0; mail < 90_000; mail++) desk.receive(mail);
    }
}
