package unseen;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Trees of an orchard through Jdbi; a handle is closed after each use, and the list on the screen is replaced by the next. */
class Orchard {
    public record Tree(int id, String sort, String state) {}

    static volatile List<Tree> onScreen = List.of();

    static void run() {
        Jdbi jdbi = Jdbi.create("jdbc:h2:mem:orchard;DB_CLOSE_DELAY=-1");
        jdbi.registerRowMapper(ConstructorMapper.factory(Tree.class));
        jdbi.useHandle(handle -> {
            handle.execute("create table tree (id int primary key, sort varchar, state varchar)");
            var batch = handle.prepareBatch("insert into tree values (:id, :sort, :state)");
            for (int id = 0; id < 25_000; id++) batch.bind("id", id).bind("sort", "sort " + id % 31).bind("state", "planted in row " + id / 100 + ", pruned last winter, in good health").add();
            batch.execute();
        });
        for (int look = 0; look < 40; look++) {
            try (Handle handle = jdbi.open()) {
                onScreen = handle.createQuery("select id, sort, state from tree where id >= :from and id < :from + 2000")
                    .bind("from", look * 500)
                    .mapTo(Tree.class)
                    .list();
            }
        }
    }
}
