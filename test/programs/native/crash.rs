// Dies in the way the first argument says.
use std::collections::HashMap;
use std::hint::black_box;

#[allow(dead_code)]
struct Order {
    id: u32,
    name: String,
    prices: Vec<u64>,
    note: Option<String>,
}

impl Order {
    #[inline(never)]
    fn total(&self, address: *const u64) -> u64 {
        let sum: u64 = self.prices.iter().map(|price| price * 2).sum();
        sum + unsafe { std::ptr::read_volatile(address) }
    }
}

#[inline(never)]
fn checkout<T: Into<u64> + Copy>(order: &Order, fee: T) -> u64 {
    let total = order.total(black_box(16 as *const u64));
    black_box(total) + fee.into()
}

#[inline(never)]
fn fail(orders: &HashMap<u32, Order>) -> usize {
    let missing = orders.get(&99).expect("order 99");
    black_box(missing.prices.len())
}

fn main() {
    let mode = std::env::args().nth(1).unwrap_or_else(|| "segv".to_string());
    let order = Order { id: 7, name: "seven".to_string(), prices: vec![1, 2, 3], note: None };
    if mode == "segv" {
        black_box(checkout(&order, 5u32));
    } else if mode == "panic" {
        let mut orders = HashMap::new();
        orders.insert(order.id, order);
        black_box(fail(&orders));
    } else if mode == "thread" {
        let thread = std::thread::Builder::new().name("till".to_string());
        let handle = thread.spawn(move || black_box(checkout(&order, 6u32))).unwrap();
        black_box(handle.join().ok());
    }
}
