package unseen;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import java.util.Arrays;

/** Normalises telephone numbers of all countries, and knows which of two million are taken. */
class Operator {
    private static long[] taken = new long[2_000_000];
    private static int count;

    static void run() {
        PhoneNumberUtil util = PhoneNumberUtil.getInstance();
        for (String region : util.getSupportedRegions()) {
            try {
                for (int at = 0; at < 5; at++) {
                    var number = util.getExampleNumber(region);
                    String text = util.format(number, PhoneNumberFormat.INTERNATIONAL);
                    take(util.parse(text, region).getNationalNumber() + at);
                    util.isValidNumber(number);
                }
            } catch (NumberParseException odd) {
                throw new IllegalStateException(region, odd);
            }
        }
        while (count < taken.length) take(count * 37L % 9_999_991);
        Arrays.sort(taken);
        System.out.println(Arrays.binarySearch(taken, 37));
    }

    private static void take(long number) {
        taken[count++] = number;
    }
}
