// Allocates from threads through Google's tcmalloc, which is linked into it, frees blocks of other threads, then aborts.
// What it holds, and what the allocator counts, is written to stats.json.
use std::fmt::Write;
use std::sync::Barrier;

#[global_allocator]
static ALLOCATOR: tcmalloc_better::TCMalloc = tcmalloc_better::TCMalloc;

extern "C" {
    fn MallocExtension_Internal_GetNumericProperty(name: *const u8, length: usize, value: *mut usize) -> bool;
}

const THREADS: usize = 5;
const EACH: usize = 3000;

fn work(turn: usize, barrier: &Barrier, own: &mut Vec<Vec<u8>>, other: &mut Vec<Vec<u8>>) {
    let mut random = turn as u32 + 1;
    for index in 0..EACH {
        random = random.wrapping_mul(1103515245).wrapping_add(12345);
        let most = if index % 50 == 0 { 60000 } else { 900 };
        own.push(vec![turn as u8; 1 + (random >> 8) as usize % most]);
        if random % 3 == 0 {
            own.pop();
        }
    }
    barrier.wait();
    let mut index = 0;
    other.retain(|_| {
        index += 1;
        index % 7 != 0
    });
    barrier.wait();
}

fn main() {
    let mut kept: Vec<Vec<Vec<u8>>> = (0..THREADS).map(|_| Vec::with_capacity(EACH)).collect();
    for round in 0..2 {
        let mut others: Vec<Vec<Vec<u8>>> = kept.iter_mut().map(|each| std::mem::replace(each, Vec::with_capacity(EACH))).collect();
        others.rotate_left(1);
        let barrier = Barrier::new(THREADS);
        std::thread::scope(|scope| {
            for (turn, (own, other)) in kept.iter_mut().zip(others.iter_mut()).enumerate() {
                let barrier = &barrier;
                scope.spawn(move || work(turn + round, barrier, own, other));
            }
        });
        for (own, other) in kept.iter_mut().zip(others) {
            own.extend(other);
        }
    }
    let mut large: Vec<Vec<u8>> = (0..12).map(|index| vec![9; 200000 + index * 90000]).collect();
    let mut index = 0;
    large.retain(|_| {
        index += 1;
        index % 2 == 0
    });
    let blocks = kept.iter().map(Vec::len).sum::<usize>() + large.len();
    let mut text = String::with_capacity(4096);
    write!(text, "{{\"blocks\":{blocks}").unwrap();
    let file = std::fs::File::create("stats.json").unwrap();
    for name in ["generic.current_allocated_bytes", "generic.heap_size", "tcmalloc.pageheap_free_bytes"] {
        let mut value = 0;
        if unsafe { MallocExtension_Internal_GetNumericProperty(name.as_ptr(), name.len(), &mut value) } {
            write!(text, ",\"{name}\":{value}").unwrap();
        }
    }
    text.push('}');
    std::io::Write::write_all(&mut &file, text.as_bytes()).unwrap();
    std::hint::black_box((&kept, &large));
    std::process::abort();
}
