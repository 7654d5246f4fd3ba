package judged;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;

/** An HTTP server of plain Netty with pooled buffers, dumped while sixty clients ask. In good health. */
final class FrontDoor {
    private FrontDoor() {}

    static final class Pages extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            ByteBuf body = context.alloc().buffer(16_000).writeZero(12_000);
            DefaultFullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
            answer.headers().set("Content-Length", body.readableBytes());
            context.writeAndFlush(answer);
        }
    }

    static final NioEventLoopGroup LOOPS = new NioEventLoopGroup(4);

    static void run() throws Exception {
        Channel channel = new ServerBootstrap().group(LOOPS).channel(NioServerSocketChannel.class)
            .childHandler(new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(SocketChannel accepted) {
                    accepted.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(65_536), new Pages());
                }
            }).bind("127.0.0.1", 0).sync().channel();
        Load.start(((InetSocketAddress) channel.localAddress()).getPort(), 60, 120, at -> "/" + at);
    }
}
