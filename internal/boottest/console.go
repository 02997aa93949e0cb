package main

import (
	"bytes"
	"fmt"
	"os"
	"time"
)

// says waits until the machine's console has the text, and returns all of it.
func (m *machine) says(text string) (string, error) {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		b, err := os.ReadFile(m.console)
		if err == nil && bytes.Contains(b, []byte(text)) {
			return string(b), nil
		}
		select {
		case err := <-m.done:
			m.done <- nil
			return "", fmt.Errorf("the machine went off before it said %q: %v (its console is in %s)", text, err, m.console)
		default:
		}
	}
	return "", fmt.Errorf("%q was not said within %v (the console is in %s)", text, limit, m.console)
}
