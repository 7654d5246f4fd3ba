// Two goroutines that hold a mutex each and want the other's, a crowd that waits for an answer nobody sends. As the first
// argument says, the runtime finds out by itself (asleep), or a sleeping timer keeps it from looking (hung).
package main

import (
	"os"
	"sync"
	"time"
)

var first, second sync.Mutex
var answer = make(chan string)

//go:noinline
func cross(a, b *sync.Mutex, ready *sync.WaitGroup) {
	a.Lock()
	defer a.Unlock()
	ready.Done()
	ready.Wait()
	b.Lock()
	defer b.Unlock()
}

//go:noinline
func ask(from int) string { return <-answer }

func main() {
	var ready, done sync.WaitGroup
	ready.Add(2)
	done.Add(2)
	go func() { cross(&first, &second, &ready); done.Done() }()
	go func() { cross(&second, &first, &ready); done.Done() }()
	for i := 0; i < 10; i++ {
		go ask(i)
	}
	time.Sleep(50 * time.Millisecond)
	if os.Args[1] == "hung" {
		time.AfterFunc(time.Hour, func() {})
		time.AfterFunc(200*time.Millisecond, func() { os.Stdout.WriteString("ready\n") })
	}
	done.Wait()
}
