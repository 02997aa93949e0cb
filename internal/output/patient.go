package output

// Patient makes outputs wait for their writers instead of shedding, for input
// that keeps, such as a file. It is called before anything is handed over.
func Patient(outs ...Output) {
	for _, o := range outs {
		if w, ok := o.(interface{ queued() *queue }); ok {
			q := w.queued()
			q.mu.Lock()
			q.patient = true
			q.mu.Unlock()
		}
	}
}

func (t *Text) queued() *queue    { return t.q }
func (j *JSON) queued() *queue    { return j.q }
func (f *Files) queued() *queue   { return f.q }
func (c *Capture) queued() *queue { return c.q }
func (j *Journal) queued() *queue { return j.q }
func (s *Syslog) queued() *queue  { return s.q }
