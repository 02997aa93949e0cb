package pathtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"netkmsg/internal/logline"
	"netkmsg/internal/netconsole"
	"netkmsg/kmsg"
)

// Options say how to test the way to a target.
type Options struct {
	Target   netconsole.Target
	Count    int           // records
	Interval time.Duration // between two records
	Timeout  time.Duration // to wait for answers after the last record, and again after the queries

	Format *kmsg.Formatter
	Uptime func() time.Duration // age of the clock that stamps records
	Log    logline.Log

	// Kernel has the records written to the kernel's log, for whatever sends
	// that to the target; nil: they are sent as frames.
	Kernel Kernel
	Level  int // of the records in the kernel's log
}

// queries are the last questions, of how many records arrived.
const queries = 3

// Run tests the way to the target. That records are lost is no error.
func Run(ctx context.Context, o Options) (Result, error) {
	t := Tally{Count: o.Count, kernel: o.Kernel != nil}
	if _, err := rand.Read(t.Nonce[:]); err != nil {
		return Result{}, fmt.Errorf("test: draw a nonce: %w", err)
	}
	l, err := openLink(ctx, &o)
	if err != nil {
		return Result{}, err
	}
	defer l.close()
	err = errors.Join(o.records(ctx, &t, l), ctx.Err())
	if err == nil {
		err = errors.Join(o.questions(ctx, &t, l), ctx.Err())
	}
	r := t.Result()
	r.Config = o.Target.String()
	return r, err
}

// records sends the records and waits for their answers.
func (o *Options) records(ctx context.Context, t *Tally, l *link) error {
	put := l.send
	if o.Kernel != nil {
		put = func(x Test) error { return o.Kernel.Write(o.Level, x.Text()) }
	}
	next := time.Now()
	for n := 1; n <= t.Count && ctx.Err() == nil; n++ {
		t.Sent(n, time.Now())
		if err := put(Test{t.Nonce, n, t.Count}); err != nil {
			t.Refused(n)
			if o.Kernel != nil {
				return fmt.Errorf("test: %w", err)
			}
			o.Log.Warn("the device refuses a record", "n", n, "err", err)
		}
		if next = next.Add(o.Interval); n < t.Count {
			l.receive(ctx, t, next, never)
		}
	}
	l.receive(ctx, t, time.Now().Add(o.Timeout), t.Complete)
	if o.Kernel == nil {
		return nil
	}
	var err error
	t.readBack, err = o.Kernel.ReadBack(t.Nonce)
	return err
}

// questions asks how many arrived, if not all were answered.
func (o *Options) questions(ctx context.Context, t *Tally, l *link) error {
	if t.Complete() || len(t.sent) == 0 {
		return nil
	}
	over := time.Now().Add(o.Timeout)
	told := func() bool { return t.told }
	for i := range queries {
		if told() || ctx.Err() != nil {
			return nil
		}
		t.Sent(0, time.Now())
		if err := l.send(Test{t.Nonce, 0, t.Count}); err != nil {
			o.Log.Warn("the device refuses a query", "err", err)
		}
		l.receive(ctx, t, over.Add(-o.Timeout*time.Duration(queries-1-i)/queries), told)
	}
	return nil
}

func never() bool { return false }
