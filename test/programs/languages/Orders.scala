package shop.ledger

import java.util.ArrayList
import scala.collection.mutable

// What is kept, waits or holds is marked with the name the test asks for. The file's own class is Orders$package$.

val journal = new StringBuilder("opened") // field Orders$package$.journal

object Kept:
  val objects = new ArrayList[Object]() // field Kept$.objects

def keep[T](mark: String, thing: T): T =
  Kept.objects.add(mark)
  Kept.objects.add(thing.asInstanceOf[Object])
  thing

trait Audited: // audited
  val trail = new ArrayList[String]() // field Order.trail
  def audit(next: () => String): String = // method Audited.audit
    synchronized {
      next()
    }

class Order(val number: Int, customer: Customer) extends Audited: // order
  class Line(val text: String) // line

  lazy val heavy = "made when asked for" // field Order.heavy$lzy1
  private var later: String = "" // field Order.later

  def run(): String = // method Order.run
    audit(() => this.describe())

  override def toString = s"order $number of ${customer.name} $later"

object Order: // companion
  val byNumber = mutable.HashMap.empty[Int, Order] // field Order$.byNumber

  class Nested // nested

  def open(number: Int): String = // method Order$.open
    Order(number, Customer("north", 1)).run()

case class Customer(name: String, rank: Int) // customer

object Registry { // registry
  var size = 0 // field Registry$.size

  object Inside { // inside
    val held = new ArrayList[String]() // field Registry$Inside$.held
  }
}

enum Colour: // colour
  case Red
  case Mixed(parts: Int) // mixed

sealed abstract class Rule[-T]:
  def allows(thing: T): Boolean

given ordering: Ordering[Order] with // given
  def compare(a: Order, b: Order): Int = a.number - b.number

extension (order: Order)
  def describe(): String = // method Orders$package$.describe
    class Local(val of: Order) // local
    keep("local", new Local(order))
    Parking.enter(journal)

object Parking:
  def enter(text: CharSequence): String = // method Parking$.enter
    println(s"READY ${text.length}")
    Thread.sleep(Long.MaxValue)
    ""

@main def orders(): Unit = // method Orders$package$.orders$$anonfun$2
  val order = keep("order", new Order(1, keep("customer", Customer("south", 2))))
  order.heavy
  Order.byNumber(1) = order
  keep("line", new order.Line("one"))
  keep("nested", new Order.Nested)
  keep("companion", Order)
  keep("registry", Registry)
  keep("inside", Registry.Inside)
  keep("colour", Colour.Red)
  keep("mixed", Colour.Mixed(2))
  keep("given", ordering)
  keep("anonymous", new Rule[Order] { // anonymous
    def allows(thing: Order) = true
  })
  val number = 4
  keep("rule", (each: Order) => each.number == number)
  new Thread(() => { Order.open(7); () }, "orders").start()
