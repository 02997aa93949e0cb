package pcap_test

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"netkmsg/frame/pcap"
)

// A capture written to standard output, and read back.
func Example() {
	var stdout bytes.Buffer
	w, err := pcap.Create("-", pcap.Options{Stdout: &stdout})
	if err != nil {
		fmt.Println(err)
		return
	}
	frame := []byte("\x02\x00\x00\x00\x00\x02" + "\x02\x00\x00\x00\x00\x01" + "\x88\xb5" + "hello")
	if err := w.Write(time.Unix(8, 417578000), frame); err != nil {
		fmt.Println(err)
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
	}

	r, err := pcap.NewReader(&stdout)
	if err != nil {
		fmt.Println(err)
		return
	}
	for {
		p, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Printf("%s  %d bytes  %q\n", p.Time.Format(time.StampMicro), p.Length, p.Data[14:])
	}
	// Output:
	// Jan  1 00:00:08.417578  19 bytes  "hello"
}
