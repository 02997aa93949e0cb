// Package frametest gives tests of anything that sends or receives Ethernet frames a network of their own, as
// net/http/httptest gives servers: two network namespaces that nothing else sees, joined by a virtual cable (a veth
// pair) with known names, MAC and IP addresses.
//
//	func TestMain(m *testing.M) { frametest.Main(m) }
//
//	func TestHello(t *testing.T) {
//		p := frametest.NewPair(t, frametest.B(frametest.Device{Addrs: []string{"fe80::b/64"}}))
//		c := p.B.Capture(t)
//		p.A.Do(func() error { return hello("eth0") }) // hello opens its sockets on eth0 of namespace A
//		c.Expect(time.Second, want)
//	}
//
// No privilege is needed where the system allows user namespaces: [Main] runs the test binary once more as root of its
// own. Where they are not allowed the tests that call [NewPair] are skipped with a line that says so. Nothing touches
// the host's devices, and nothing is left behind: a namespace is held by open descriptors only, so that it ends with
// the test, or with the test process if that is killed.
//
// Where not every byte counts, [Capture.ExpectMatch] waits for a frame by its fields, under the names that netkmsg's
// commands have for them; see package match.
//
// A capture knows what the kernel knows about a frame: a checksum that a virtual device was to fill in and never did
// is not an error, and a VLAN tag that the kernel took off is put back.
//
// [NewPair] and what belongs to it exist on Linux only, so tests that use them stand in files named *_linux_test.go.
// [Main], [Require], [RequireTool] and [Diff] exist everywhere.
package frametest
