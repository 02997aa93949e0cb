package configfs

import (
	"os"
	"testing"

	"netkmsg/frame/frametest"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(asDaemon); dir != "" {
		os.Exit(daemonMain(dir))
	}
	os.Exit(frametest.WithMounts(m).Run())
}
