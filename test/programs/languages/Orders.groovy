package shop.audits

import groovy.transform.CompileStatic
import groovy.transform.Immutable

// What is kept, waits or holds is marked with the name the test asks for.

class Kept {
    static final List<Object> objects = new ArrayList<>() // field Kept.objects

    static <T> T keep(String mark, T thing) {
        objects.add(mark)
        objects.add(thing)
        return thing
    }
}

@CompileStatic
trait Audited { // audited
    String audit(Closure<String> then) {
        then.call()
    }
}

@CompileStatic
class Order { // order
    static final Map<Integer, Order> BY_NUMBER = [:] // field Order.BY_NUMBER
    final int number // field Order.number
    private Customer customer // field Order.customer
    List<String> notes = new ArrayList<>() // field Order.notes

    Order(int number, Customer customer) {
        this.number = number
        this.customer = customer
    }

    class Line { // line
        String text
    }

    static class Nested {} // nested

    String run() { // method Order.run
        Parking.enter("order $number" as String)
    }

    static String open(int number) { // method Order.open
        new Order(number, null).run()
    }
}

@Immutable
class Customer { // customer
    String name
    int rank
}

enum Colour { // colour
    RED,
    GREEN
}

class Audit implements Audited {} // audit

@CompileStatic
class Parking {
    static String enter(String text) { // method Parking.enter
        println("READY ${text.length()}")
        Thread.sleep(Long.MAX_VALUE)
        return text
    }
}

@CompileStatic
class Main {
    static void main(String[] arguments) { // closure, method Main$_main_closure2.doCall
        Order order = Kept.keep("order", new Order(1, Kept.keep("customer", new Customer("south", 2))))
        Order.BY_NUMBER[1] = order
        Kept.keep("line", new Order.Line(order))
        Kept.keep("nested", new Order.Nested())
        Kept.keep("colour", Colour.RED)
        Kept.keep("audit", new Audit())
        Kept.keep("anonymous", new Object() { // anonymous
            String toString() { "anonymous" }
        })
        Closure<Integer> closure = { Order each -> each.number }
        Kept.keep("closure", closure)
        Thread thread = new Thread({ Order.open(7) }, "orders")
        thread.start()
    }
}
