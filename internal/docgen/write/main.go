// Command write puts the generated reference into a directory: see package docgen.
// It runs from go generate alone and is no part of the product.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"oneswitch/internal/docgen"
	"oneswitch/internal/junos/schema"
)

func main() {
	if err := write(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "write reference:", err)
		os.Exit(1)
	}
}

func write(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: write DIRECTORY")
	}
	s, err := schema.Load()
	if err != nil {
		return fmt.Errorf("load schema: %w", err)
	}
	if err := os.MkdirAll(args[0], 0o755); err != nil {
		return err
	}
	for _, p := range docgen.Pages(s) {
		if err := os.WriteFile(filepath.Join(args[0], p.Name), []byte(p.Text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
