package unseen;

import java.beans.PropertyChangeListener;
import java.beans.PropertyChangeSupport;

/** A bean of which there is one; panels that show it come and go, and add themselves as listeners. */
public class Thermostat {
    private final PropertyChangeSupport changes = new PropertyChangeSupport(this);
    private int degrees = 20;

    public void addPropertyChangeListener(PropertyChangeListener listener) {
        changes.addPropertyChangeListener(listener);
    }

    public void setDegrees(int now) {
        int before = degrees;
        degrees = now;
        changes.firePropertyChange("degrees", before, now);
    }

    static class Panel {
        private final char[] text = new char[5_000];

        Panel(Thermostat thermostat) {
            thermostat.addPropertyChangeListener(event -> text[0] = (char) ('0' + (Integer) event.getNewValue() % 10));
        }
    }

    static final Thermostat house = new Thermostat();

    static void run() {
        for (int at = 0; at < 2_500; at++) {
            new Panel(house);
            if (at % 100 == 0) house.setDegrees(18 + at % 7);
        }
    }
}
