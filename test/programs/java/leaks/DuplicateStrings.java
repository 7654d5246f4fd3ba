package leaks;

/** Every reading carries its own copy of one of five unit names; the healthy twin shares them. */
public final class DuplicateStrings {
    static final class Reading {
        final int value;
        final String unit;

        Reading(int value, String unit) {
            this.value = value;
            this.unit = unit;
        }
    }

    private static Reading[] readings;
    private static final String[] units = {
        "litres per square metre and hour", "kilowatt hours per calendar month", "degrees Celsius at two metres",
        "kilograms per cubic metre of air", "newton metres at the output shaft"
    };

    static void run(boolean leak) {
        readings = new Reading[30_000];
        for (int i = 0; i < readings.length; i++) {
            String unit = units[i % units.length];
            readings[i] = new Reading(i, leak ? new String(unit.toCharArray()) : unit);
        }
    }

    public static void main(String[] arguments) throws Exception {
        run(arguments[0].equals("leak"));
        Dump.write(arguments[1]);
    }
}
