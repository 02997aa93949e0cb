package send

import (
	"fmt"
	"io"

	"netkmsg/frame"
	"netkmsg/internal/explain"
)

// explainFrame prints a frame field by field and as a hex dump.
func explainFrame(w io.Writer, f []byte) error {
	p, err := frame.Parse(f)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "frame of %d bytes\n", len(f))
	return explain.Write(w, f, p.Fields())
}
