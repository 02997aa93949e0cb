package configfs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
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
	keeper, err := d.open()
	if err == nil {
		err = d.Set.Start()
	}
	if err != nil {
		return errors.Join(err, place.Release())
	}
	t := newTree(d.Set, keeper.Changed)
	t.restore(ctx, d.Restore, d.Log)
	d.Set.AddCmdline(ctx, d.Cmdline)
	if ctx.Err() != nil { // what was not enabled for that reason is still to be at the next start: the state stays
		return errors.Join(d.end(), place.Release())
	}
	m, err := place.Serve(t, d.Log)
	if err != nil {
		return errors.Join(err, d.end())
	}
	kctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	kept := make(chan error, 1)
	go func() { kept <- keeper.Run(kctx, t.state) }()
	if d.Ready != nil {
		err = d.Ready(place.Dir())
	}
	if err == nil {
		d.wait(ctx, m, keeper)
	}
	if d.Stopping != nil {
		d.Stopping()
	}
	err = errors.Join(err, m.Close())
	stop()
	err = errors.Join(err, <-kept) // the state from before all is disabled
	return errors.Join(err, d.end())
}

// open takes the state file, and what is in it.
func (d *Daemon) open() (*Keeper, error) {
	if d.State == "" {
		return nil, nil
	}
	k, text, err := OpenKeeper(d.State, d.Log)
	if err != nil {
		return nil, err
	}
	if d.Restore, err = Parse(text); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", d.State, err), k.lock.Close())
	}
	return k, nil
}

func (d Daemon) wait(ctx context.Context, m *Mount, k *Keeper) {
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
			k.Changed()
		case <-d.Account:
			d.account()
		}
	}
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
			d.Log.Info("account", append([]any{"target", st.Name, "dev", st.Device}, st.Counts.Pairs()...)...)
		}
	}
}
