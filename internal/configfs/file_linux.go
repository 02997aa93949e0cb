package configfs

import (
	"sync"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// An openFile is one open file description. Its contents are made at its first read and stay until it is written.
type openFile struct {
	mu     sync.Mutex // held during a store too, as in configfs
	of     node
	filled bool
	data   []byte
}

func (s *server) Open(_ <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	n, ok := s.table.node(nodeID(in.NodeId))
	switch {
	case !ok:
		return fuse.ENOENT
	case in.Flags&syscall.O_ACCMODE == syscall.O_RDONLY:
	case n.file.mode != readWrite || s.table.metaOf(n).mode&0o222 == 0:
		return fuse.EACCES // for root too
	}
	out.Fh = s.open.add(&openFile{of: n})
	out.OpenFlags = fuse.FOPEN_DIRECT_IO
	return fuse.OK
}

func (s *server) Read(_ <-chan struct{}, in *fuse.ReadIn, buf []byte) (fuse.ReadResult, fuse.Status) {
	f, ok := s.open.get(in.Fh).(*openFile)
	if !ok {
		return nil, fuse.EBADF
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.filled {
		data, err := s.show(f.of)
		if err != nil {
			return nil, s.status(err)
		}
		f.data, f.filled = data, true
	}
	return fuse.ReadResultData(f.data[min(in.Offset, uint64(len(f.data))):min(in.Offset+uint64(len(buf)), uint64(len(f.data)))]), fuse.OK
}

func (s *server) show(n node) ([]byte, error) {
	if _, ok := s.table.node(n.id); !ok {
		return nil, syscall.ENOENT
	}
	if n.kind == kindReport {
		return s.model.Report(n.file.name)
	}
	text, err := n.dir.target.Show(n.attr())
	return []byte(text), err
}

// Write stores: every write(2) is one value, wherever in the file it goes.
func (s *server) Write(_ <-chan struct{}, in *fuse.WriteIn, data []byte) (uint32, fuse.Status) {
	f, ok := s.open.get(in.Fh).(*openFile)
	if !ok {
		return 0, fuse.EBADF
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.filled, f.data = false, nil
	if _, ok := s.table.node(f.of.id); !ok {
		return 0, fuse.ENOENT
	}
	data = data[:min(len(data), maxStore)]
	if err := f.of.dir.target.Store(s.ctx, f.of.attr(), data, int(in.Pid)); err != nil {
		return 0, s.status(err)
	}
	return uint32(len(data)), fuse.OK
}

func (s *server) Release(_ <-chan struct{}, in *fuse.ReleaseIn) { s.open.drop(in.Fh) }

func (s *server) Flush(<-chan struct{}, *fuse.FlushIn) fuse.Status { return fuse.OK }

// Fsync fails as on every file of configfs, which has no such operation.
func (s *server) Fsync(<-chan struct{}, *fuse.FsyncIn) fuse.Status { return fuse.EINVAL }

// FsyncDir fails likewise.
func (s *server) FsyncDir(<-chan struct{}, *fuse.FsyncIn) fuse.Status { return fuse.EINVAL }

// Fallocate fails likewise.
func (s *server) Fallocate(<-chan struct{}, *fuse.FallocateIn) fuse.Status {
	return fuse.Status(syscall.EOPNOTSUPP)
}
