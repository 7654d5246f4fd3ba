// Two threads that each hold a mutex of the standard library and wait for the other's.
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

fn lock_both(one: &Mutex<i32>, other: &Mutex<i32>, barrier: &Barrier) -> i32 {
    let first = one.lock().unwrap();
    barrier.wait();
    let second = other.lock().unwrap();
    *first + *second
}

fn main() {
    let (a, b) = (Arc::new(Mutex::new(1)), Arc::new(Mutex::new(2)));
    let barrier = Arc::new(Barrier::new(2));
    let (a2, b2, barrier2) = (a.clone(), b.clone(), barrier.clone());
    let one = thread::spawn(move || lock_both(&a, &b, &barrier));
    let other = thread::spawn(move || lock_both(&b2, &a2, &barrier2));
    thread::sleep(Duration::from_millis(300));
    println!("ready");
    one.join().unwrap();
    other.join().unwrap();
}
