package unseen;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** JGit holds a small repository in memory, and a page with its whole history is open. */
class Repository {
    private InMemoryRepository repository;
    private List<RevCommit> history = new ArrayList<>();

    private void commit(int count) throws Exception {
        ObjectId parent = null;
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            for (int at = 0; at < count; at++) {
                TreeFormatter tree = new TreeFormatter();
                tree.append("notes.txt", FileMode.REGULAR_FILE, inserter.insert(Constants.OBJ_BLOB, ("line " + at + "\n").repeat(5).getBytes()));
                CommitBuilder commit = new CommitBuilder();
                commit.setTreeId(inserter.insert(tree));
                if (parent != null) commit.setParentId(parent);
                PersonIdent author = new PersonIdent("Author " + at % 9, "a@example.org");
                commit.setAuthor(author);
                commit.setCommitter(author);
                commit.setMessage("Change number " + at + "\n\n" + "because it was wrong before ".repeat(12));
                parent = inserter.insert(commit);
            }
            inserter.flush();
        }
        try (RevWalk walk = new RevWalk(repository)) {
            walk.markStart(walk.parseCommit(parent));
            for (RevCommit commit : walk) history.add(commit);
        }
    }

    static Repository page = new Repository();

    static void run() throws Exception {
        page.repository = new InMemoryRepository(new DfsRepositoryDescription("notes"));
        page.commit(15_000);
    }
}
