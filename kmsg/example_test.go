package kmsg_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"strings"

	"netkmsg/kmsg"
)

func ExampleParse() {
	r, err := kmsg.Parse([]byte("6,535,47373414,-;pci 0000:00:11.0: found\\x21\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:11.0\n"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("facility %d, level %d, number %d, at %d µs: %s\n", r.Facility(), r.Level(), r.Seq, r.Usec, r.AppendText(nil))
	for key, value := range r.Dictionary() {
		fmt.Printf("%s is %s\n", key, value)
	}
	_, err = kmsg.Parse([]byte("6,535;text"))
	fmt.Println(err)
	// Output:
	// facility 0, level 6, number 535, at 47373414 µs: pci 0000:00:11.0: found!
	// SUBSYSTEM is pci
	// DEVICE is +pci:0000:00:11.0
	// byte 5 of the record: expected a comma after the sequence number, found ';'
}

func ExampleNewScanner() {
	input := strings.NewReader("<6>[    8.417578] usb 1-1: new device\n[   12.000001] and later: \\o/\n")
	s := kmsg.NewScanner(input, kmsg.ScanOptions{Name: "dmesg.txt"})
	for {
		r, err := s.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if malformed := new(kmsg.InputError); errors.As(err, &malformed) {
			fmt.Println("skipped:", err)
			continue
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s", r.Raw)
	}
	// Output:
	// 6,0,8417578,-;usb 1-1: new device
	// 4,1,12000001,-;and later: \x5co/
}

func ExampleFormatter() {
	r, err := kmsg.Parse([]byte(`14,681,8417578,-;two\x0alines`))
	if err != nil {
		log.Fatal(err)
	}
	for _, format := range []kmsg.Format{
		{},
		{Extended: true, Release: "7.3.4", Userdata: []kmsg.Userdata{{Key: "rack", Value: "12"}}},
	} {
		f, err := kmsg.NewFormatter(format)
		if err != nil {
			log.Fatal(err)
		}
		buf := make([]byte, 0, kmsg.ChunkMax)
		f.Begin(r)
		for payload, ok := f.Next(buf); ok; payload, ok = f.Next(buf) {
			fmt.Printf("%q\n", payload)
		}
	}
	// Output:
	// "[    8.417578] two\n[    8.417578] lines\n"
	// "7.3.4,14,681,8417578,-;two\\x0alines rack=12\n"
}

func ExampleFormatter_BeginLoss() {
	f, err := kmsg.NewFormatter(kmsg.Format{Extended: true})
	if err != nil {
		log.Fatal(err)
	}
	f.BeginLoss(kmsg.Loss{Count: 3, First: 417, Last: 419, Usec: 6352869, Why: "overwritten before they were read"})
	payload, _ := f.Next(nil)
	fmt.Printf("%s", payload)
	// Output:
	// 44,419,6352869,-;netkmsg: 3 records lost: 417-419 (overwritten before they were read)
	//  NETKMSG_LOST=417-419
	//  NETKMSG_COUNT=3
}
