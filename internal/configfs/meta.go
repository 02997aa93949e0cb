package configfs

import (
	"os"
	"time"
)

// meta is what chmod, chown and utimes can change of a node.
type meta struct {
	mode         uint32 // permissions
	uid, gid     uint32
	atime, mtime int64 // seconds of the epoch
}

var started = time.Now().Unix()

// metaOf returns the present ones of a node.
func (t *table) metaOf(n node) meta {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.metaLocked(n)
}

func (t *table) metaLocked(n node) meta {
	if m, ok := t.meta[n.id]; ok {
		return m
	}
	m := meta{mode: 0o755, uid: uint32(os.Geteuid()), gid: uint32(os.Getegid()), atime: started}
	if !n.isDir() {
		m.mode = n.file.mode
	}
	if n.dir != nil {
		m.atime = n.dir.born
	}
	m.mtime = m.atime
	return m
}
