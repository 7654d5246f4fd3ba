package unseen;

import com.netflix.hystrix.HystrixCommand;
import com.netflix.hystrix.HystrixCommandGroupKey;
import com.netflix.hystrix.HystrixCommandKey;
import com.netflix.hystrix.HystrixCommandProperties;

/** A Hystrix command for each flat, with the flat in its key. */
class Tenants {
    static class Meter extends HystrixCommand<Integer> {
        private final int flat;

        Meter(int flat) {
            super(Setter.withGroupKey(HystrixCommandGroupKey.Factory.asKey("meters"))
                .andCommandKey(HystrixCommandKey.Factory.asKey("meter-of-flat-" + flat))
                .andCommandPropertiesDefaults(HystrixCommandProperties.Setter().withExecutionIsolationStrategy(HystrixCommandProperties.ExecutionIsolationStrategy.SEMAPHORE)));
            this.flat = flat;
        }

        @Override
        protected Integer run() {
            return flat * 3;
        }
    }

    static void run() {
        int sum = 0;
        for (int flat = 0; flat < 500; flat++) sum += new Meter(flat).execute();
        System.out.println(sum);
    }
}
