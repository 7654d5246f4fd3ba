package fresh;

import java.util.UUID;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.security.core.session.SessionRegistryImpl;

/** Logins are registered with Spring Security. That sessions end is told by events, which nobody publishes here. */
public final class Gatehouse {
    private final SessionRegistry registry = new SessionRegistryImpl();

    void login(String user) {
        String session = UUID.randomUUID().toString();
        var token = UsernamePasswordAuthenticationToken.authenticated(user, null, AuthorityUtils.createAuthorityList("USER", "GUEST"));
        registry.registerNewSession(session, token.getPrincipal());
        registry.refreshLastRequest(session);
    }

    static final Gatehouse gate = new Gatehouse();

    static void run() {
        for (int at = 0; at < 60_000; at++) gate.login("user" + at % 20_000);
    }
}
