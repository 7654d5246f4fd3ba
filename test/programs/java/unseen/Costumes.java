package unseen;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.matcher.ElementMatchers;

/** Byte Buddy makes a class for every guest, and each is kept by the guest's name. */
class Costumes {
    private final Map<String, Class<?>> classByGuest = new ConcurrentHashMap<>();

    Object dress(String guest) throws Exception {
        Class<?> made = classByGuest.computeIfAbsent(guest, name -> new ByteBuddy()
            .subclass(Object.class)
            .name("unseen.made.Costume" + Math.abs(name.hashCode()))
            .method(ElementMatchers.named("toString"))
            .intercept(FixedValue.value("I am " + name))
            .make()
            .load(Costumes.class.getClassLoader())
            .getLoaded());
        return made.getDeclaredConstructor().newInstance();
    }

    static final Costumes wardrobe = new Costumes();

    static void run() throws Exception {
        for (int at = 0; at < 2_500; at++) wardrobe.dress("guest " + at);
    }
}
