package configfs

import (
	"context"
	"log/slog"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// A server answers the kernel's requests.
type server struct {
	fuse.RawFileSystem // answers ENOSYS to what is not here

	ctx   context.Context // done when the daemon ends: stores that wait for something give up
	model Model
	log   *slog.Logger
	table *table
	open  handles
}

func newServer(ctx context.Context, m Model, log *slog.Logger) *server {
	return &server{
		RawFileSystem: fuse.NewDefaultRawFileSystem(),
		ctx:           ctx,
		model:         m,
		log:           log,
		table:         newTable(),
	}
}

func (s *server) String() string { return fsType }

// status turns an error into a reply. What is no system call's error is told in the log.
func (s *server) status(err error) fuse.Status {
	e := errno(err)
	if e == syscall.EIO {
		s.log.Error("the tree cannot answer", "err", err)
	}
	return fuse.Status(e)
}

func (s *server) Lookup(_ <-chan struct{}, h *fuse.InHeader, name string, out *fuse.EntryOut) fuse.Status {
	if len(name) > maxName {
		return fuse.Status(syscall.ENAMETOOLONG)
	}
	parent, ok := s.table.node(nodeID(h.NodeId))
	if !ok {
		return fuse.ENOENT
	}
	n, ok := s.child(parent, name)
	if !ok {
		return fuse.ENOENT
	}
	s.entry(n, out)
	return fuse.OK
}

// child finds a name in a directory.
func (s *server) child(parent node, name string) (node, bool) {
	files, first := parent.files()
	for i, f := range files {
		if f.name == name {
			return s.table.node(parent.id.at(first + i))
		}
	}
	var id nodeID
	switch parent.kind {
	case kindRoot:
		if name == ReportDir {
			id = reportID
			break
		}
		t, ok := s.model.Target(name)
		if !ok {
			return node{}, false
		}
		id = s.table.target(t).id
	case kindTarget:
		if name != userdata {
			return node{}, false
		}
		id = parent.id.at(slotUserdata)
	case kindUserdata:
		if !parent.dir.target.HasKey(name) {
			return node{}, false
		}
		k := s.table.key(parent.dir, name)
		if k == nil {
			return node{}, false
		}
		id = k.id
	default:
		return node{}, false
	}
	return s.table.node(id)
}

func (s *server) entry(n node, out *fuse.EntryOut) {
	out.NodeId = uint64(n.id)
	out.SetEntryTimeout(forever)
	out.SetAttrTimeout(forever)
	s.stat(n, &out.Attr)
}

func (s *server) GetAttr(_ <-chan struct{}, in *fuse.GetAttrIn, out *fuse.AttrOut) fuse.Status {
	n, ok := s.table.node(nodeID(in.NodeId))
	if !ok {
		return fuse.ENOENT
	}
	out.SetTimeout(forever)
	s.stat(n, &out.Attr)
	return fuse.OK
}

func (s *server) SetAttr(_ <-chan struct{}, in *fuse.SetAttrIn, out *fuse.AttrOut) fuse.Status {
	n, ok := s.table.node(nodeID(in.NodeId))
	switch {
	case !ok:
		return fuse.ENOENT
	case n.kind == kindReport || n.kind == kindReportDir:
		return fuse.EPERM
	}
	s.table.setMeta(n, in)
	out.SetTimeout(forever)
	s.stat(n, &out.Attr)
	return fuse.OK
}

func (s *server) StatFs(_ <-chan struct{}, _ *fuse.InHeader, out *fuse.StatfsOut) fuse.Status {
	*out = fuse.StatfsOut{Bsize: pageSize, Frsize: pageSize, NameLen: maxName}
	return fuse.OK
}
