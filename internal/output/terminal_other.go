//go:build !unix

package output

import "os"

// IsTerminal is always false on this system.
func IsTerminal(*os.File) bool { return false }

// TerminalWidth is always 0, not known, on this system.
func TerminalWidth(*os.File) int { return 0 }
