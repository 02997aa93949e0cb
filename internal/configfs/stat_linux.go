package configfs

import (
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// forever is how long the kernel may keep a name or the attributes of a node: only what comes through it changes them.
const forever = 24 * time.Hour

// setMeta makes the changes that setattr(2) asks for. A new size is accepted and changes nothing.
func (t *table) setMeta(n node, in *fuse.SetAttrIn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	m := t.metaLocked(n)
	old := m
	if mode, ok := in.GetMode(); ok {
		m.mode = mode & 0o7777
	}
	if uid, ok := in.GetUID(); ok {
		m.uid = uid
	}
	if gid, ok := in.GetGID(); ok {
		m.gid = gid
	}
	if at, ok := in.GetATime(); ok {
		m.atime = at.Unix()
	}
	if mt, ok := in.GetMTime(); ok {
		m.mtime = mt.Unix()
	}
	if _, ok := t.resolve(n.id); ok && m != old {
		t.meta[n.id] = m
	}
}

// stat fills in what stat(2) shows.
func (s *server) stat(n node, out *fuse.Attr) {
	m := s.table.metaOf(n)
	*out = fuse.Attr{
		Ino:     uint64(n.id),
		Mode:    fuse.S_IFREG | m.mode,
		Nlink:   1,
		Owner:   fuse.Owner{Uid: m.uid, Gid: m.gid},
		Atime:   uint64(m.atime),
		Mtime:   uint64(m.mtime),
		Ctime:   uint64(m.mtime),
		Blksize: pageSize,
	}
	switch {
	case n.isDir():
		out.Mode = fuse.S_IFDIR | m.mode
		out.Nlink = 2 + uint32(s.subdirs(n))
	case n.kind == kindAttr:
		out.Size = pageSize
	}
}

// subdirs counts the directories that a listing shows in one.
func (s *server) subdirs(n node) int {
	switch n.kind {
	case kindRoot:
		return s.model.Len()
	case kindTarget:
		return 1
	case kindUserdata:
		return len(n.dir.target.Keys())
	}
	return 0
}
