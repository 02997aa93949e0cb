package kmsg

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// An assembly agrees with a plain array of bytes, each of which is there or
// not.
func TestAssembly(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		total := 1 + r.IntN(60)
		model := make([]byte, total) // 0 is missing
		var a assembly
		for range r.IntN(12) {
			off := r.IntN(total)
			b := make([]byte, 1+r.IntN(total-off))
			conflict, fresher := Hole{}, false
			for i := range b {
				b[i] = 'a' + byte((off+i)%26)
				if r.IntN(60) == 0 {
					b[i] = '#'
				}
				switch at := off + i; {
				case model[at] == 0:
					model[at], fresher = b[i], true
				case model[at] != b[i]:
					conflict.To = at + 1
				}
			}
			o, got := a.add(off, b)
			if (o == fresh) != fresher || (got.To > 0) != (conflict.To > 0) || got.To > 0 && (got.From < off || got.To < conflict.To) {
				t.Fatalf("add %d %q: %v %v, want %v %v", off, b, o, got, fresher, conflict)
			}
		}
		var want []byte
		var holes []Hole
		n := 0
		for i := 0; i < total; {
			if model[i] != 0 {
				want = append(want, model[i])
				i++
				n++
				continue
			}
			h := Hole{From: i}
			for i < total && model[i] == 0 {
				i++
			}
			h.To = i
			holes = append(holes, h)
			want = h.appendMark(want)
		}
		got := a.appendHoles(nil, total)
		if fmt.Sprint(got) != fmt.Sprint(holes) || a.got != n {
			t.Fatalf("holes %v, want %v; %d bytes, want %d", got, holes, a.got, n)
		}
		if body := a.appendBody(nil, got); !bytes.Equal(body, want) {
			t.Fatalf("body %q, want %q", body, want)
		}
	}
}

// Fragments of a byte each with gaps between them do not grow the list for ever,
// and what does not fit is refused, not lost.
func TestAssemblyCrowded(t *testing.T) {
	var a assembly
	refused := 0
	for i := range 1000 {
		if o, _ := a.add(2*i, []byte("x")); o == crowded {
			refused++
		}
	}
	if len(a.pieces) >= piecesMax || refused+a.got != 1000 || refused == 0 {
		t.Errorf("%d pieces, %d bytes, %d refused", len(a.pieces), a.got, refused)
	}
}

// Fragments that come in order are one piece, so that they need not be copied.
func TestAssemblyInOrder(t *testing.T) {
	var a assembly
	for i := range 5 {
		a.add(3*i, []byte("abc"))
	}
	if len(a.pieces) != 1 || a.got != 15 {
		t.Errorf("%+v", a)
	}
}
