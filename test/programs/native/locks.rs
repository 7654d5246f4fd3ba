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

/// How many threads are in a wait that only another thread ends, by the kernel's word.
fn threads_waiting() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    tasks
        .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("syscall")).ok())
        .filter(|call| call.starts_with("202 "))
        .count()
}

/// Seen several times: one that is about to be woken waits for a moment longer.
fn until_waiting(count: usize) {
    let mut seen = 0;
    while seen < 5 {
        seen = if threads_waiting() >= count { seen + 1 } else { 0 };
        thread::sleep(Duration::from_millis(2));
    }
}

fn main() {
    let (a, b) = (Arc::new(Mutex::new(1)), Arc::new(Mutex::new(2)));
    let barrier = Arc::new(Barrier::new(2));
    let (a2, b2, barrier2) = (a.clone(), b.clone(), barrier.clone());
    let one = thread::spawn(move || lock_both(&a, &b, &barrier));
    let other = thread::spawn(move || lock_both(&b2, &a2, &barrier2));
    until_waiting(2);
    println!("ready");
    one.join().unwrap();
    other.join().unwrap();
}
