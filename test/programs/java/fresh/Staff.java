package fresh;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.SearchScope;

/** The people of a company in an LDAP server in memory (UnboundID's), and logins that look them up and hang up. */
public final class Staff {
    static InMemoryDirectoryServer directory;

    static void run() throws Exception {
        InMemoryDirectoryServerConfig settings = new InMemoryDirectoryServerConfig("dc=acme");
        settings.setSchema(null);
        directory = new InMemoryDirectoryServer(settings);
        directory.add("dn: dc=acme", "objectClass: domain", "dc: acme");
        for (int person = 0; person < 5_000; person++)
            directory.add("dn: uid=p" + person + ",dc=acme", "objectClass: person", "uid: p" + person, "cn: Person " + person, "sn: " + person, "mail: p" + person + "@acme.example", "telephoneNumber: " + 5_000_000 + person);
        directory.startListening();
        for (int login = 0; login < 60; login++)
            try (LDAPConnection line = directory.getConnection()) {
                line.search("dc=acme", SearchScope.SUB, "(uid=p" + login * 37 % 5_000 + ")");
            }
    }
}
