// Holds a value of every kind in locals, then aborts. Judged by gdb's raw view and by what the source says.
#![allow(dead_code, unused_variables)]
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::hint::black_box;
use std::path::PathBuf;
use std::rc::{Rc, Weak};
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

#[derive(Clone, Copy)]
enum Plain {
    Red,
    Green = 5,
}

enum Shape {
    Empty,
    Circle(f64),
    Rectangle { width: u32, height: u32 },
}

struct Point {
    x: i32,
    y: i32,
}

struct Pair(u8, i64);

#[inline(never)]
fn values(number: i32, text: &str) -> usize {
    let yes = true;
    let letter = 'é';
    let byte = 200u8;
    let signed = -5i8;
    let long = -5_000_000_000i64;
    let wide = 1u128 << 100;
    let real = 2.5f32;
    let double = 0.1f64;
    let size = 77usize;
    let point = Point { x: 1, y: -2 };
    let pair = Pair(3, -4);
    let tuple = (1u8, 2.5f64, 'z');
    let array = [1i16, 2, 3];
    let plain = Plain::Green;
    let empty = Shape::Empty;
    let circle = Shape::Circle(1.5);
    let rectangle = Shape::Rectangle { width: 3, height: 4 };
    let some = Some(9i32);
    let none: Option<i32> = None;
    let some_text: Option<String> = Some("inside".to_string());
    let no_text: Option<String> = None;
    let boxed_none: Option<Box<i32>> = None;
    let failed: Result<i32, String> = Err("bad".to_string());
    let owned = String::from("owned text");
    let slice = &array[1..];
    let numbers = vec![10i32, 20, 30];
    let words = vec!["a".to_string(), "b".to_string()];
    let boxed = Box::new(Point { x: 5, y: 6 });
    let counted = Rc::new(11i32);
    let counted_too = counted.clone();
    let shared = Arc::new(12i32);
    let mut queue: VecDeque<i32> = VecDeque::with_capacity(4);
    queue.push_back(2);
    queue.push_back(3);
    queue.push_front(1);
    let mut map: HashMap<i32, i32> = HashMap::new();
    map.insert(4, 16);
    let mut set: HashSet<i32> = HashSet::new();
    set.insert(8);
    let reference = &point;
    if black_box(number) > 0 {
        std::process::abort();
    }
    black_box(letter as usize + byte as usize + owned.len() + words.len() + queue.len() + map.len() + set.len())
}

trait Animal {
    fn legs(&self) -> u32;
}

struct Dog {
    age: u32,
}

impl Animal for Dog {
    fn legs(&self) -> u32 {
        4
    }
}

#[inline(never)]
fn more_values(number: i32) {
    let mut ages: BTreeMap<String, u32> = BTreeMap::new();
    for (index, name) in ["eve", "bob", "ann"].iter().enumerate() {
        ages.insert(name.to_string(), index as u32 * 10);
    }
    let mut tall: BTreeMap<u32, u64> = BTreeMap::new();
    for index in 0..2000 {
        tall.insert(index * 7 % 2000, index as u64);
    }
    let hollow: BTreeMap<u8, u8> = BTreeMap::new();
    let letters: BTreeSet<char> = "exhume".chars().collect();
    let animal: Box<dyn Animal> = Box::new(Dog { age: 3 });
    let dog = Dog { age: 4 };
    let lent: &dyn Animal = &dog;
    let boxed_slice: Box<[i32]> = vec![1, 2, 3].into_boxed_slice();
    let boxed_text: Box<str> = "boxed".into();
    let counted_text: Arc<str> = Arc::from("counted");
    let cell = Cell::new(5);
    let shared_list = Rc::new(RefCell::new(8));
    let watching: Weak<RefCell<i32>> = Rc::downgrade(&shared_list);
    let borrowed = RefCell::new(9);
    let borrow = borrowed.borrow_mut();
    let free = Mutex::new(7);
    let taken = Mutex::new(6);
    let guard = taken.lock();
    let read_write = RwLock::new(String::from("rw"));
    let heap: BinaryHeap<i32> = vec![1, 5, 3].into();
    let list: LinkedList<i32> = vec![1, 2].into_iter().collect();
    let cow: Cow<str> = Cow::Borrowed("cow");
    let path = PathBuf::from("/var/lib");
    let wait = Duration::from_millis(1500);
    let nested: Option<Option<u8>> = Some(None);
    let atomic = AtomicU32::new(9);
    let unit = ();
    black_box((&ages, &tall, &hollow, &letters, &animal, lent, &boxed_slice, &boxed_text, &counted_text, &cell));
    black_box((&shared_list, &watching, &borrow, &free, &guard, &read_write, &heap, &list, &cow, &path, &wait));
    black_box((&nested, &atomic, &unit));
    black_box(values(black_box(number), "argument"));
    black_box((&ages, &tall, &hollow, &letters, &animal, lent, &boxed_slice, &boxed_text, &counted_text, &cell));
}

fn main() {
    more_values(black_box(7));
}
