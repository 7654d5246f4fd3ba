package unseen;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/** A ZooKeeper server and one client: each of 600 lighthouses has a node with its state, written over and over. */
class Lighthouses {
    static void run() throws Exception {
        System.setProperty("zookeeper.admin.enableServer", "false");
        System.setProperty("zookeeper.forceSync", "no");
        Path folder = Files.createTempDirectory("zoo");
        ZooKeeperServer server = new ZooKeeperServer(folder.toFile(), folder.toFile(), 2_000);
        ServerCnxnFactory door = new NIOServerCnxnFactory();
        door.configure(new InetSocketAddress("127.0.0.1", 0), 10);
        door.startup(server);
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper client = new ZooKeeper("127.0.0.1:" + door.getLocalPort(), 20_000, event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) connected.countDown();
        });
        connected.await();
        client.create("/lights", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        for (int at = 0; at < 600; at++) client.create("/lights/" + at, new byte[15_000], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        CountDownLatch done = new CountDownLatch(600);
        for (int at = 0; at < 600; at++) client.setData("/lights/" + at, new byte[15_000], -1, (code, path, context, stat) -> done.countDown(), null);
        done.await();
    }
}
