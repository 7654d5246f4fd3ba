package unseen;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;

/** WireMock stands in for a slow neighbour for weeks, and keeps a journal of all requests. */
class Understudy {
    static WireMockServer neighbour;

    static void run() throws Exception {
        neighbour = new WireMockServer(wireMockConfig().dynamicPort());
        neighbour.stubFor(any(anyUrl()).willReturn(aResponse().withBody("fine " + "and well ".repeat(900))));
        neighbour.start();
        Load.visit(neighbour.port(), 8, 500, (who, at) -> "/state/" + who + "/" + at);
    }
}
