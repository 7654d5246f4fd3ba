package judged;

import java.util.Random;
import java.util.concurrent.CountDownLatch;

/** A model of the weather with its weights and its grid, in the middle of a step. In good health. */
final class Forecast {
    private Forecast() {}

    static final class Layer {
        private final float[][] weights;
        private final float[] bias;

        Layer(int from, int to, Random random) {
            weights = new float[to][from];
            bias = new float[to];
            for (float[] row : weights) for (int at = 0; at < from; at++) row[at] = random.nextFloat() - 0.5f;
        }

        float[] apply(float[] input) {
            float[] output = bias.clone();
            for (int to = 0; to < output.length; to++)
                for (int from = 0; from < input.length; from++) output[to] += weights[to][from] * input[from];
            return output;
        }
    }

    static final class Model {
        private final Layer[] layers = new Layer[6];
        private final double[][] grid = new double[900][1_200];
    }

    static final Model MODEL = new Model();

    static void run() throws Exception {
        Random random = new Random(1);
        for (int at = 0; at < MODEL.layers.length; at++) MODEL.layers[at] = new Layer(1_000, 1_000, random);
        CountDownLatch steps = new CountDownLatch(3);
        Run.start("steps", () -> {
            for (int step = 0; ; step++) {
                float[] state = new float[1_000];
                for (int at = 0; at < state.length; at++) state[at] = (float) MODEL.grid[step % 900][at];
                for (Layer layer : MODEL.layers) state = layer.apply(state);
                for (int at = 0; at < state.length; at++) MODEL.grid[step % 900][at] += state[at];
                steps.countDown();
            }
        });
        Run.await(steps);
    }
}
