package unseen;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/** A model of a blade: a stiffness matrix that is multiplied again and again, and the last readings. */
class Turbine {
    private RealMatrix stiffness;
    private final DescriptiveStatistics vibration = new DescriptiveStatistics(20_000);

    static void run() throws Exception {
        var turbine = new Turbine();
        turbine.stiffness = new Array2DRowRealMatrix(1_600, 1_600);
        for (int row = 0; row < 1_600; row++)
            for (int column = Math.max(0, row - 5); column < Math.min(1_600, row + 6); column++) turbine.stiffness.setEntry(row, column, 1.0 / (1 + Math.abs(row - column)));
        var spinning = new Thread(turbine::spin, "turbine");
        spinning.setDaemon(true);
        spinning.start();
        Thread.sleep(2_500);
    }

    private void spin() {
        RealVector blade = new ArrayRealVector(1_600, 1);
        while (true) {
            blade = stiffness.operate(blade);
            blade = blade.mapDivide(blade.getNorm());
            vibration.addValue(blade.getEntry(800));
        }
    }
}
