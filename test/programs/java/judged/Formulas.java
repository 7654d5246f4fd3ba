package judged;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ParserInterpreter;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.tool.Grammar;

/** The formulas of a spreadsheet, parsed by ANTLR once and kept as trees. In good health. */
final class Formulas {
    private Formulas() {}

    static final class Sheet {
        private final List<ParseTree> cells = new ArrayList<>();
    }

    static final Sheet SHEET = new Sheet();

    static void run() throws Exception {
        Grammar grammar = new Grammar("grammar Sum;\n"
            + "sum : product (('+'|'-') product)* ;\nproduct : part (('*'|'/') part)* ;\npart : NUMBER | NAME | '(' sum ')' ;\n"
            + "NUMBER : [0-9]+ ;\nNAME : [A-Z]+ [0-9]* ;\nWS : ' ' -> skip ;\n");
        Random random = new Random(3);
        for (int at = 0; at < 900; at++) {
            StringBuilder formula = new StringBuilder("A" + at);
            for (int term = 0; term < 12; term++) formula.append(" + (B").append(random.nextInt(99)).append(" * ").append(term).append(")");
            CommonTokenStream tokens = new CommonTokenStream(grammar.createLexerInterpreter(CharStreams.fromString(formula.toString())));
            ParserInterpreter parser = grammar.createParserInterpreter(tokens);
            SHEET.cells.add(parser.parse(grammar.getRule("sum").index));
        }
    }
}
