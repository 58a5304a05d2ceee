package fib_test

import (
	"testing"

	"oneswitch/nodeagent/dataplane/conformance"
)

func TestOracleConforms(t *testing.T) {
	t.Parallel()
	conformance.Run(t, conformance.Oracle, 1000)
}
