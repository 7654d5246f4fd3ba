package fresh;

import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.jse.JsePlatform;

/** A game whose rules are fifty scripts of Lua, loaded once; the monsters of all levels are in a table of Lua, loaded with the game. */
public class Arcade {
    private final Globals lua = JsePlatform.standardGlobals();
    private final LuaValue[] rules = new LuaValue[50];

    private Arcade() {
        lua.set("monsters", new LuaTable());
        lua.load("for i = 1, 40000 do monsters[i] = { name = 'monster ' .. i, health = i % 100, x = i, y = -i } end", "level").call();
        for (int at = 0; at < rules.length; at++)
            rules[at] = lua.load("local n = 0 for i = " + (at + 1) + ", #monsters, 50 do local m = monsters[i] m.x = m.x + 1 n = n + m.health end return n", "rule" + at);
    }

    static Arcade game;

    static void run() {
        game = new Arcade();
        for (int frame = 0; frame < 20; frame++) for (LuaValue rule : game.rules) rule.call();
    }
}
