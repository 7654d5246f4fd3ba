import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.eventspy.AbstractEventSpy;
import org.apache.maven.execution.ExecutionEvent;

/** A Maven extension that writes a heap dump of Maven when it has built all modules, before it ends. */
@Named
@Singleton
public final class DumpAtSessionEnd extends AbstractEventSpy {
    @Override
    public void onEvent(Object event) throws Exception {
        if (!(event instanceof ExecutionEvent)) return;
        if (((ExecutionEvent) event).getType() != ExecutionEvent.Type.SessionEnded) return;
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(System.getProperty("dump.to"), true);
    }
}
