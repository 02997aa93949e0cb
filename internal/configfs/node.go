package configfs

// A nodeID is a serial number, which belongs to a directory that was made, and a slot: the directory itself (0) or what
// came with it. Serial number 0 has the fixed nodes.
type nodeID uint64

const (
	slotBits = 5
	slotMask = 1<<slotBits - 1

	rootID   nodeID = 1 // FUSE_ROOT_ID
	reportID nodeID = 2

	firstReport   = 3  // slots of reportFiles
	firstFile     = 1  // slots of targetFiles and keyFiles
	slotUserdata  = 16 // of a target
	firstUserdata = 17 // slots of userdataFiles
)

func (id nodeID) serial() uint64 { return uint64(id) >> slotBits }
func (id nodeID) slot() int      { return int(id & slotMask) }

// at returns the node of the same serial number at another slot.
func (id nodeID) at(slot int) nodeID { return id&^slotMask | nodeID(slot) }

// A dir is a directory that was made: a target, or a key of its userdata.
type dir struct {
	id     nodeID
	target Target
	key    string // "" for the target itself, as no name is empty
	born   int64  // seconds of the epoch

	keys map[string]*dir // of a target: those that were looked up
}

// A kind says what a node is.
type kind int

const (
	kindRoot kind = iota
	kindReportDir
	kindReport
	kindTarget
	kindUserdata
	kindKey
	kindAttr
)

// A node is what a nodeID stands for.
type node struct {
	id   nodeID
	kind kind
	dir  *dir // nil for the fixed nodes
	file file // of an attribute or report
}

func (n node) isDir() bool { return n.kind != kindReport && n.kind != kindAttr }

// attr names the attribute that the node is.
func (n node) attr() Attr { return Attr{File: n.file.name, Key: n.dir.key} }

// resolve finds a node; it returns false for one that is gone. The lock is held.
func (t *table) resolve(id nodeID) (node, bool) {
	slot := id.slot()
	switch {
	case id == rootID:
		return node{id: id, kind: kindRoot}, true
	case id == reportID:
		return node{id: id, kind: kindReportDir}, true
	case id.serial() == 0:
		return fileAt(id, kindReport, nil, reportFiles, slot-firstReport)
	}
	d, ok := t.dirs[id.serial()]
	switch {
	case !ok:
		return node{}, false
	case slot == 0 && d.key != "":
		return node{id: id, kind: kindKey, dir: d}, true
	case slot == 0:
		return node{id: id, kind: kindTarget, dir: d}, true
	case d.key != "":
		return fileAt(id, kindAttr, d, keyFiles, slot-firstFile)
	case slot == slotUserdata:
		return node{id: id, kind: kindUserdata, dir: d}, true
	case slot > slotUserdata:
		return fileAt(id, kindAttr, d, userdataFiles, slot-firstUserdata)
	}
	return fileAt(id, kindAttr, d, targetFiles, slot-firstFile)
}

func fileAt(id nodeID, k kind, d *dir, fs []file, i int) (node, bool) {
	if i < 0 || i >= len(fs) {
		return node{}, false
	}
	return node{id: id, kind: k, dir: d, file: fs[i]}, true
}

// files returns the files of a directory and the slot of the first.
func (n node) files() (fs []file, first int) {
	switch n.kind {
	case kindReportDir:
		return reportFiles, firstReport
	case kindTarget:
		return targetFiles, firstFile
	case kindUserdata:
		return userdataFiles, firstUserdata
	case kindKey:
		return keyFiles, firstFile
	}
	return nil, 0
}
