package configfs

import (
	"sync"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
)

func (s *server) Mkdir(_ <-chan struct{}, in *fuse.MkdirIn, name string, out *fuse.EntryOut) fuse.Status {
	parent, ok := s.table.node(nodeID(in.NodeId))
	if !ok {
		return fuse.ENOENT
	}
	var err error
	switch {
	case len(name) > maxName:
		err = syscall.ENAMETOOLONG
	case parent.kind == kindRoot:
		err = s.model.Mkdir(name)
	case parent.kind == kindUserdata:
		err = parent.dir.target.MkKey(name)
	default:
		err = syscall.EPERM
	}
	if err != nil {
		return s.status(err)
	}
	n, ok := s.child(parent, name)
	if !ok { // removed again by way of another name of its directory
		return fuse.ENOENT
	}
	s.entry(n, out)
	return fuse.OK
}

func (s *server) Rmdir(_ <-chan struct{}, h *fuse.InHeader, name string) fuse.Status {
	parent, ok := s.table.node(nodeID(h.NodeId))
	if !ok {
		return fuse.ENOENT
	}
	n, ok := s.child(parent, name)
	if !ok {
		return fuse.ENOENT
	}
	switch n.kind {
	case kindTarget:
		if err := s.model.Rmdir(name); err != nil {
			return s.status(err)
		}
		s.table.dropTarget(n.dir.target)
	case kindKey:
		if err := n.dir.target.RmKey(name); err != nil {
			return s.status(err)
		}
		s.table.dropKey(parent.dir, name)
	default:
		return fuse.EPERM
	}
	return fuse.OK
}

// What configfs refuses whatever the names are. Creating a file is the one that fails with EACCES: its directories have
// no such operation.

func (s *server) Create(<-chan struct{}, *fuse.CreateIn, string, *fuse.CreateOut) fuse.Status {
	return fuse.EACCES
}

func (s *server) Mknod(_ <-chan struct{}, in *fuse.MknodIn, _ string, _ *fuse.EntryOut) fuse.Status {
	if in.Mode&syscall.S_IFMT == syscall.S_IFREG {
		return fuse.EACCES // creat(2), where the kernel has not asked by Create
	}
	return fuse.EPERM
}

func (s *server) Unlink(<-chan struct{}, *fuse.InHeader, string) fuse.Status { return fuse.EPERM }

func (s *server) Rename(<-chan struct{}, *fuse.RenameIn, string, string) fuse.Status {
	return fuse.EPERM
}

func (s *server) Link(<-chan struct{}, *fuse.LinkIn, string, *fuse.EntryOut) fuse.Status {
	return fuse.EPERM
}

func (s *server) Symlink(<-chan struct{}, *fuse.InHeader, string, string, *fuse.EntryOut) fuse.Status {
	return fuse.EPERM
}

func (s *server) Tmpfile(<-chan struct{}, *fuse.CreateIn, *fuse.CreateOut) fuse.Status {
	return fuse.Status(syscall.EOPNOTSUPP)
}

// A listing is what one open directory shows, as it was when reading began.
type listing struct {
	mu      sync.Mutex
	of      node
	entries []fuse.DirEntry
}

func (s *server) OpenDir(_ <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	n, ok := s.table.node(nodeID(in.NodeId))
	if !ok {
		return fuse.ENOENT
	}
	out.Fh = s.open.add(&listing{of: n})
	return fuse.OK
}

func (s *server) ReadDir(_ <-chan struct{}, in *fuse.ReadIn, out *fuse.DirEntryList) fuse.Status {
	l, ok := s.open.get(in.Fh).(*listing)
	if !ok {
		return fuse.EBADF
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if in.Offset == 0 { // the first time, or after rewinddir(3)
		if _, ok := s.table.node(l.of.id); !ok {
			return fuse.ENOENT
		}
		l.entries = s.list(l.of)
	}
	for i := in.Offset; i < uint64(len(l.entries)); i++ {
		if !out.AddDirEntry(l.entries[i]) {
			break
		}
	}
	return fuse.OK
}

func (s *server) ReleaseDir(in *fuse.ReleaseIn) { s.open.drop(in.Fh) }

// list returns a directory's entries in configfs's order: files backwards, then directories as they were made.
func (s *server) list(n node) []fuse.DirEntry {
	es := []fuse.DirEntry{
		{Name: ".", Mode: fuse.S_IFDIR, Ino: uint64(n.id)},
		{Name: "..", Mode: fuse.S_IFDIR},
	}
	files, first := n.files()
	for i := len(files) - 1; i >= 0; i-- {
		es = append(es, fuse.DirEntry{Name: files[i].name, Mode: fuse.S_IFREG, Ino: uint64(n.id.at(first + i))})
	}
	var dirs []string
	switch n.kind {
	case kindRoot:
		dirs = s.model.Names()
	case kindTarget:
		dirs = []string{userdata}
	case kindUserdata:
		dirs = n.dir.target.Keys()
	}
	for _, name := range dirs {
		if d, ok := s.child(n, name); ok {
			es = append(es, fuse.DirEntry{Name: name, Mode: fuse.S_IFDIR, Ino: uint64(d.id)})
		}
	}
	return es
}
