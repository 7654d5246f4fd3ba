// A server that leaks: every request starts a goroutine that waits for an answer nobody sends.
// Prints what /debug/pprof/goroutine?debug=2 would, and ends.
package main

import (
	"os"
	"runtime/pprof"
	"sync"
	"time"
)

type request struct{ id int }

func (r *request) handle(answers chan int) {
	<-answers
}

func serve(requests int) {
	for id := 0; id < requests; id++ {
		go (&request{id}).handle(make(chan int))
	}
}

func poll(stop chan struct{}, started *sync.WaitGroup) {
	started.Done()
	for {
		select {
		case <-stop:
			return
		case <-time.After(time.Hour):
		}
	}
}

func main() {
	var started sync.WaitGroup
	started.Add(3)
	stop := make(chan struct{})
	for i := 0; i < 3; i++ {
		go poll(stop, &started)
	}
	serve(1500)
	started.Wait()
	time.Sleep(200 * time.Millisecond)
	pprof.Lookup("goroutine").WriteTo(os.Stdout, 2)
}
