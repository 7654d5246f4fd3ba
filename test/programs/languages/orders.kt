package shop.orders

import kotlin.concurrent.thread

// What is kept, waits or holds is marked with the name the test asks for. The file's own class is OrdersKt.

private val journal = StringBuilder("opened") // field OrdersKt.journal

object Kept {
    @JvmField
    val objects = ArrayList<Any>() // field Kept.objects
}

fun <T : Any> keep(mark: String, thing: T): T {
    Kept.objects.add(mark)
    Kept.objects.add(thing)
    return thing
}

open class Order( // order
    val number: Int, // field Order.number
    private var customer: Customer, // field Order.customer
) {
    inner class Line(val text: String) // line

    class Nested { // nested
        class Deeper // deeper
    }

    private val heavy by lazy { "made when asked for" } // field Order.heavy$delegate
    lateinit var later: String // field Order.later

    companion object { // companion
        val BY_NUMBER = HashMap<Int, Order>() // field Order.BY_NUMBER
        const val LIMIT = 3

        fun open(number: Int): Order { // method Order$Companion.open
            val order = Order(number, Customer("north", 1))
            order.wait { order.describe() }
            return order
        }
    }

    fun wait(then: () -> String) { // method Order.wait
        synchronized(this) { then() }
    }

    override fun toString() = "order $number of ${customer.name}, $heavy"
}

data class Customer(val name: String, val rank: Int) // customer

class `Odd name`<T>(val held: T) where T : Any // odd

object Registry { // registry
    var size = 0 // field Registry.size
}

sealed interface State {
    data object Open : State // open

    class Closed(val why: String) : State { // closed
        companion object Reasons { // reasons
            val known = ArrayList<String>() // field State$Closed.known
        }
    }
}

enum class Colour { // colour
    RED,
    GREEN { // green
        override fun shade() = "dark"
    };

    open fun shade() = "plain"
}

annotation class Audited

@JvmInline
value class Cents(val amount: Long) // cents

fun interface Rule {
    fun allows(order: Order): Boolean
}

abstract class Visitor { // visitor
    abstract fun visit()
}

class Repository<K : Comparable<K>>( // repository
    private val backing: MutableMap<K, Any> = sortedMapOf(), // field Repository.backing
) : MutableMap<K, Any> by backing

fun Order.describe(): String { // method OrdersKt.describe
    class Local(val of: Order) // local

    keep("local", Local(this))
    return journal.park { "never" }
}

private inline fun CharSequence.twice(action: (CharSequence) -> Unit) {
    action(this)
    action(this)
}

fun StringBuilder.park(answer: () -> String): String { // method OrdersKt.park
    twice { append(it.length) }
    Parking.enter(this)
    return answer()
}

object Parking {
    @JvmStatic
    fun enter(text: CharSequence) { // method Parking.enter
        println("READY ${text.length}")
        Thread.sleep(Long.MAX_VALUE)
    }
}

fun main() { // lambda, suspended, method OrdersKt.main$lambda$3
    val order = keep("order", Order(1, keep("customer", Customer("south", 2))))
    order.later = "later"
    order.toString()
    Order.BY_NUMBER[1] = order
    keep("line", order.Line("one"))
    keep("nested", Order.Nested())
    keep("deeper", Order.Nested.Deeper())
    keep("companion", Order)
    keep("odd", `Odd name`("x"))
    keep("registry", Registry)
    keep("open", State.Open)
    keep("closed", State.Closed("late"))
    keep("reasons", State.Closed)
    keep("colour", Colour.RED)
    keep("green", Colour.GREEN)
    keep("cents", Cents(5))
    keep("repository", Repository<String>())
    keep("anonymous", object : Visitor() { // anonymous
        override fun visit() = Unit
    })
    // Compiled into a class of its own; the other is made at run time and belongs to the file.
    val classOfItsOwn = @JvmSerializableLambda { Registry.size }
    keep("lambda", classOfItsOwn)
    keep("suspended", suspend { Registry.size })
    val number = 4
    keep("rule", Rule { it.number == number })
    thread(name = "orders") { Order.open(7) }
}
