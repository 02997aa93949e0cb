package configfs

import (
	"os"
	"testing"

	"netkmsg/frame/frametest"
)

func TestMain(m *testing.M) { os.Exit(frametest.WithMounts(m).Run()) }
