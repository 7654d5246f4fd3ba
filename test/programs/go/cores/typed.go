// Objects of which it is known how many there are of each type.
package main

import (
	"container/list"
	"fmt"
	"runtime"
)

type leaf struct {
	Value int
	Text  string
}

type tree struct {
	Left, Right *tree
	Leaf        *leaf
}

// Larger than 512 bytes, so that it has a header.
type page struct {
	Next *page
	Body [100]int
}

type shape interface{ Area() float64 }

type square struct{ Side float64 }

func (s square) Area() float64 { return s.Side * s.Side }

type circle struct {
	Radius float64
	Name   *string
}

func (c *circle) Area() float64 { return c.Radius }

type node[T any] struct {
	Value T
	Next  *node[T]
}

type pair struct{ A, B *int64 }

// Only reached through the words of an interface.
type hidden struct {
	Inner *deep
	_     [5]int
}

type deep struct{ Letters [40]byte }

// Only a local variable has it.
type local struct {
	Twin  *local
	Count [3]int
}

type captured struct{ Words [9]uint64 }

type sent struct {
	Name  string
	Other *sent
}

type key struct{ X, Y int32 }

type held struct{ Rows [][]int32 }

// Filled through a pointer to one of its fields.
type outer struct {
	Before [4]int
	Inside inner
}

type inner struct{ Next *outer }

var (
	root    *tree
	pages   *page
	shapes  []shape
	numbers *node[int]
	words   *node[string]
	pairs   []pair
	secret  any
	byKey   = map[key]*held{}
	byName  = map[string]*leaf{}
	queue   = make(chan *sent, 64)
	calls   []func() uint64
	linked  = list.New()
	inside  *inner
	blob    []byte
	grid    [300][]uint16
	lines   []string
)

func grow(depth int) *tree {
	if depth == 0 {
		return &tree{Leaf: &leaf{depth, fmt.Sprint("leaf ", depth)}}
	}
	return &tree{grow(depth - 1), grow(depth - 1), nil}
}

//go:noinline
func keep(first *local, done chan int) {
	<-done
	runtime.KeepAlive(first)
}

func fillTyped() {
	root = grow(9)
	for i := 0; i < 300; i++ {
		pages = &page{Next: pages}
	}
	for i := 0; i < 200; i++ {
		name := fmt.Sprintf("the circle with the number %d", i)
		shapes = append(shapes, square{float64(i)}, &circle{1, &name})
	}
	for i := 0; i < 400; i++ {
		numbers = &node[int]{i, numbers}
		words = &node[string]{"constant", words}
	}
	pairs = make([]pair, 5000)
	for i := range pairs {
		pairs[i].A = new(int64)
	}
	secret = &hidden{Inner: new(deep)}
	for i := int32(0); i < 700; i++ {
		byKey[key{i, -i}] = &held{[][]int32{make([]int32, 6), make([]int32, 6)}}
	}
	for i := 0; i < 90; i++ {
		byName[fmt.Sprint("name ", i)] = &leaf{Value: i}
	}
	var before *sent
	for i := 0; i < 64; i++ {
		before = &sent{"sent", before}
		queue <- before
	}
	for i := 0; i < 50; i++ {
		c := &captured{}
		calls = append(calls, func() uint64 { return c.Words[0] })
	}
	for i := 0; i < 120; i++ {
		linked.PushBack(&pair{new(int64), new(int64)})
	}
	out := &outer{}
	inside = &out.Inside
	for i := 0; i < 30; i++ {
		out.Inside.Next = &outer{}
		out = out.Inside.Next
	}
	blob = make([]byte, 1<<20)
	for i := range grid {
		grid[i] = make([]uint16, 1000)
	}
	for i := 0; i < 1000; i++ {
		lines = append(lines, fmt.Sprintf("a line of text that is the number %d", i))
	}
	done := make(chan int)
	for i := 0; i < 25; i++ {
		go keep(&local{Twin: &local{}}, done)
	}
}

// Prints how many there are of each type, as far as a collector keeps them.
func printTypes() {
	println("== types")
	println("main.tree", 1023)
	println("main.leaf", 512+90)
	println("main.page", 300)
	println("main.square", 200)
	println("main.circle", 200)
	println("main.node[int]", 400)
	println("main.node[string]", 400)
	println("main.hidden", 1)
	println("main.deep", 1)
	println("main.held", 700)
	println("main.sent", 64)
	println("main.captured", 50)
	println("main.pair", 120)
	println("main.outer", 31)
	println("main.local", 50)
	println("container/list.Element", 120)
	println("== end of types")
}
