package configfs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"netkmsg/internal/netconsole"
	"netkmsg/internal/targets"
)

// DefaultDir is where the tree is if nobody says otherwise.
const DefaultDir = "/run/netkmsg"

const (
	drainTime = time.Second     // for records that the log has when the daemon ends
	lookEvery = 5 * time.Second // for changes that come from devices, not through the tree
	enableMax = 16              // targets that are enabled at the same time at the start
)

// A Daemon serves a set of targets as a tree until it is told to end.
type Daemon struct {
	Dir     string
	Set     *targets.Set
	Log     *slog.Logger
	Restore []targets.Saved     // made first
	Cmdline []netconsole.Target // enabled after these, see targets.Set.AddCmdline
	State   string              // a file that is kept equal to the state, and restored at the start; "": none
	Account <-chan os.Signal    // asks for the account of all targets in the log; may be nil

	Ready    func(dir string) error // the tree can be used; may be nil
	Stopping func()                 // no longer; may be nil
}

// Run returns when ctx is done or the tree is unmounted, and every record that the log had until then has an outcome.
func (d Daemon) Run(ctx context.Context) error {
	place, err := Take(d.Dir, d.Log)
	if err != nil {
		return err
	}
	var keeper *Keeper
	if d.State != "" {
		var text []byte
		if keeper, text, err = OpenKeeper(d.State, d.Log); err == nil {
			d.Restore, err = Parse(text)
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", d.State, err)
		}
	}
	if err == nil {
		err = d.Set.Start()
	}
	if err != nil {
		return errors.Join(err, place.Release())
	}
	d.fill(ctx)
	changed := func() {}
	if keeper != nil {
		changed = keeper.Changed
	}
	m, err := place.Serve(Tree(d.Set, changed), d.Log)
	if err != nil {
		return errors.Join(err, d.end())
	}
	kctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	kept := make(chan error, 1)
	if keeper == nil {
		kept <- nil
	} else {
		keeper.Changed()
		go func() { kept <- keeper.Run(kctx, func() []byte { return State(d.Set) }) }()
	}
	if d.Ready != nil {
		err = d.Ready(place.Dir())
	}
	if err == nil {
		d.wait(ctx, m, changed)
	}
	if d.Stopping != nil {
		d.Stopping()
	}
	err = errors.Join(err, m.Close())
	stop()
	return errors.Join(err, <-kept, d.end()) // the state is that before all is disabled
}

func (d Daemon) wait(ctx context.Context, m *Mount, changed func()) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.Done():
			d.Log.Info("the tree was unmounted")
			return
		case <-look.C:
			changed()
		case <-d.Account:
			d.account()
		}
	}
}

// fill makes the targets that were there before, in their order, then those of the command line. A target that cannot
// be enabled does not keep the others from it.
func (d Daemon) fill(ctx context.Context) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, enableMax)
	for _, saved := range d.Restore {
		t, err := d.Set.Restore(saved)
		if err != nil {
			d.Log.Error("a target is not restored", "err", err)
			continue
		}
		if !saved.Wanted {
			continue
		}
		slots <- struct{}{}
		wg.Go(func() {
			_ = t.Store(ctx, "enabled", []byte("1"), 0) // the log has the reason
			<-slots
		})
	}
	wg.Wait()
	d.Set.AddCmdline(ctx, d.Cmdline)
}

// end stops all targets and tells what became of their records.
func (d Daemon) end() error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	err := d.Set.Close(ctx)
	d.account()
	return err
}

func (d Daemon) account() {
	for _, t := range d.Set.All() {
		if st := t.Status(); st.Counts.Read > 0 {
			d.Log.Info("account", "target", st.Name, "dev", st.Device, slog.Any("", st.Counts))
		}
	}
}
