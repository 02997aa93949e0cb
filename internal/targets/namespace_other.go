//go:build !linux

package targets

// openNamespace knows only one.
func openNamespace(int) (namespace, error) {
	return namespace{do: here, close: func() {}}, nil
}
