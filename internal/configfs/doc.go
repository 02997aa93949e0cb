// Package configfs serves targets as the tree of files that the kernel's netconsole has in configfs, by FUSE. It knows
// the rules of that file system (fs/configfs in the kernel); what an attribute's bytes mean is the Model's business.
//
// Nodes are numbered, never counted: a directory that is made gets the next serial number, its files get numbers beside
// it, and none is used twice. So the kernel may remember or forget what it likes, and an open file whose directory went
// away is known by its number having no meaning any more.
//
// All changes to names come through the mount, where the kernel sees them; it may therefore cache names, sizes and modes
// for as long as it likes. Contents are never cached but for one open file, as in configfs.
//
// One lock guards the numbers, one each open file's snapshot. The Model is called with no lock held, or with that of the
// open file; it never calls back.
package configfs
