//go:build !unix

package cursor

import "os"

func lock(*os.File) error { return nil }
