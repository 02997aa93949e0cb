package doctor

import (
	"testing"

	"netkmsg/frame/frametest"
)

func TestMain(m *testing.M) { frametest.Main(m) }
