// Package archtest holds the architecture as a test: which package may import
// which, which foreign library belongs to which package, budgets of size, and
// the names that are refused. It contains nothing but tests.
package archtest
