package heldout;

import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.mina.core.service.IoHandlerAdapter;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.filter.codec.ProtocolCodecFilter;
import org.apache.mina.filter.codec.textline.TextLineCodecFactory;
import org.apache.mina.transport.socket.nio.NioSocketAcceptor;

/** Ninety taxis are connected to a server on Apache MINA and tell it where they are; the last place of each is kept with its connection. */
public class TaxiDispatch extends IoHandlerAdapter {
    private static final AtomicInteger told = new AtomicInteger();

    @Override
    public void sessionCreated(IoSession session) {
        session.setAttribute("track", new double[2_000]);
    }

    @Override
    public void messageReceived(IoSession session, Object message) {
        double[] track = (double[]) session.getAttribute("track");
        track[told.incrementAndGet() % track.length] = message.toString().length();
        session.write("thanks");
    }

    static NioSocketAcceptor acceptor;
    static final List<Socket> taxis = new ArrayList<>();

    static void run() throws Exception {
        acceptor = new NioSocketAcceptor(2);
        acceptor.getFilterChain().addLast("lines", new ProtocolCodecFilter(new TextLineCodecFactory(StandardCharsets.UTF_8)));
        acceptor.setHandler(new TaxiDispatch());
        acceptor.bind(new InetSocketAddress("127.0.0.1", 0));
        for (int at = 0; at < 90; at++) taxis.add(new Socket("127.0.0.1", acceptor.getLocalAddress().getPort()));
        for (int round = 0; round < 200; round++) {
            for (Socket taxi : taxis) {
                OutputStream out = taxi.getOutputStream();
                out.write(("at " + round + " / " + taxi.getLocalPort() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        while (told.get() < 200 * taxis.size()) Thread.sleep(20);
    }
}
