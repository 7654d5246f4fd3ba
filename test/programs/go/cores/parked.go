// Goroutines in every kind of wait, values of every kind in their frames, a heap of known size. Prints what the runtime
// itself says of them, then "ready", and stays.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

type point struct{ X, Y int }

func (p point) String() string { return fmt.Sprintf("(%d,%d)", p.X, p.Y) }

type order struct {
	ID     int
	Name   string
	Tags   []string
	Price  float64
	Next   *order
	Placed time.Time
}

type failure struct{ code int }

func (f *failure) Error() string { return fmt.Sprint("failure ", f.code) }

var (
	answers   = make(chan int)
	buffered  = make(chan string, 4)
	full      = make(chan point, 2)
	nothing   chan int
	gate      sync.Mutex
	book      sync.RWMutex
	jobs      sync.WaitGroup
	happening = sync.NewCond(&sync.Mutex{})
	kept      [][]byte
	orders    []*order
)

//go:noinline
func receive(id int) { <-answers; fmt.Println(id) }

//go:noinline
func send(p point) { full <- p }

//go:noinline
func never() { <-nothing }

//go:noinline
func choose(a chan int, b chan string) {
	select {
	case <-a:
	case s := <-b:
		fmt.Println(s)
	}
}

//go:noinline
func lock() { gate.Lock(); defer gate.Unlock() }

//go:noinline
func read() { book.RLock(); defer book.RUnlock() }

//go:noinline
func write() { book.Lock(); defer book.Unlock() }

//go:noinline
func wait() { jobs.Wait() }

//go:noinline
func watch() { happening.L.Lock(); happening.Wait() }

//go:noinline
func sleep(d time.Duration) { time.Sleep(d) }

//go:noinline
func readPipe(f *os.File) { var b [1]byte; n, err := f.Read(b[:]); fmt.Println(n, err) }

//go:noinline
func spin(stop *bool) {
	for n := 0; !*stop; n++ {
		if n < 0 {
			fmt.Println(n)
		}
	}
}

//go:noinline
func locked() { runtime.LockOSThread(); <-answers }

//go:noinline
func values(text string, numbers []int, ages map[string]int, big map[int]point, shape fmt.Stringer, any1 any, err error, wrapped error, first *order, at time.Time, pause time.Duration, call func(int) int, c chan string, nilmap map[string]int) {
	local := fmt.Sprint(text, "!")
	array := [3]uint8{1, 2, 3}
	inner := struct {
		A int
		B string
	}{7, "seven"}
	letter := 'x'
	ratio := complex(1, 2)
	var empty any
	<-answers
	fmt.Println(text, numbers, ages, big, shape, any1, err, wrapped, first, at, pause, call(1), c, nilmap, local, array, inner, letter, ratio, empty)
}

func main() {
	debug.SetGCPercent(150)
	debug.SetMemoryLimit(3 << 30)
	fillTyped()
	for i := 0; i < 40; i++ {
		go receive(i)
	}
	full <- point{1, 2}
	full <- point{3, 4}
	buffered <- "one"
	buffered <- "two"
	for i := 0; i < 5; i++ {
		go send(point{i, -i})
	}
	go never()
	go choose(answers, make(chan string))
	gate.Lock()
	for i := 0; i < 3; i++ {
		go lock()
	}
	book.RLock()
	go write()
	time.Sleep(20 * time.Millisecond)
	go read()
	jobs.Add(1)
	go wait()
	go watch()
	go sleep(time.Hour)
	r, _, _ := os.Pipe()
	go readPipe(r)
	var stop bool
	go spin(&stop)
	go locked()
	ages := map[string]int{"ann": 31, "bob": 42}
	big := map[int]point{}
	for i := 0; i < 100; i++ {
		big[i] = point{i, i * i}
	}
	second := &order{2, "second", nil, 0.5, nil, time.Time{}}
	first := &order{1, "first", []string{"red", "new"}, 12.25, second, time.Date(2024, 2, 29, 12, 30, 0, 0, time.UTC)}
	go values("héllo", []int{1, 2, 3}, ages, big, point{5, 6}, first, errors.New("it broke"), &failure{3}, first, first.Placed, 90*time.Second, func(n int) int { return n + 1 }, buffered, nil)
	for i := 0; i < 1000; i++ {
		orders = append(orders, &order{ID: i, Name: fmt.Sprint("order ", i), Tags: []string{"a", "b"}})
		kept = append(kept, make([]byte, 1000))
	}
	kept = append(kept, make([]byte, 3<<20))
	time.Sleep(100 * time.Millisecond)
	runtime.GC()
	runtime.GC()
	text := make([]byte, 1<<20)
	text = text[:runtime.Stack(text, true)]
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	os.Stdout.Write(text)
	println("== stats")
	println("HeapAlloc", stats.HeapAlloc, "HeapInuse", stats.HeapInuse, "HeapObjects", stats.HeapObjects, "NumGC", stats.NumGC, "NextGC", stats.NextGC, "StackInuse", stats.StackInuse, "HeapIdle", stats.HeapIdle, "HeapReleased", stats.HeapReleased)
	for i := range stats.BySize {
		s := &stats.BySize[i]
		if s.Mallocs != s.Frees {
			println("class", s.Size, s.Mallocs-s.Frees)
		}
	}
	printTypes()
	println("main", answers, full)
	os.Stdout.WriteString("\nready\n")
	never()
	runtime.KeepAlive(text)
	runtime.KeepAlive(stop)
}
